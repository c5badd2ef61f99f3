"""What a colour profile calls itself (`Display P3`), without handing its bytes to a library."""

from __future__ import annotations

from darkroom.imaging.exif import plain_text

_HEADER = 128
_MAX_TAGS = 200
_MAX_NAME = 2_000


def profile_name(icc: bytes) -> str | None:
    """The description of an ICC profile, version 2 or 4 (ICC.1:2022, 9.2.41); None for garbage."""
    for tag in range(min(_long(icc, _HEADER), _MAX_TAGS)):
        entry = _HEADER + 4 + 12 * tag
        if icc[entry : entry + 4] == b"desc":
            start = _long(icc, entry + 4)
            return _description(icc[start : start + _long(icc, entry + 8)])
    return None


def _description(tag: bytes) -> str | None:
    if tag.startswith(b"desc"):
        length = min(_long(tag, 8), _MAX_NAME)
        return plain_text(tag[12 : 12 + length].split(b"\0", 1)[0].decode("latin-1"))
    if tag.startswith(b"mluc"):
        return _translated(tag)
    return None


def _translated(tag: bytes) -> str | None:
    """The English name of several languages' names, or the first."""
    names: dict[bytes, str] = {}
    for record in range(min(_long(tag, 8), _MAX_TAGS)):
        entry = 16 + 12 * record
        length, start = min(_long(tag, entry + 4), _MAX_NAME), _long(tag, entry + 8)
        if start < entry + 12:  # inside the table itself
            continue
        name = plain_text(tag[start : start + length].decode("utf-16-be", "replace"))
        if name:
            names.setdefault(tag[entry : entry + 2], name)
    return names.get(b"en") or next(iter(names.values()), None)


def _long(data: bytes, at: int) -> int:
    """A big-endian 32-bit number; past the end, what is there or 0."""
    return int.from_bytes(data[at : at + 4], "big")
