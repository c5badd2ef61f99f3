"""What a PNG's chunks promise (PNG specification, third edition), read without a decoder."""

from __future__ import annotations

from dataclasses import dataclass

from darkroom.imaging.errors import corrupt, truncated

_MAX_CHUNKS = 300_000
_PIXELS = (b"IDAT", b"fdAT")
_DESCRIPTIVE = (b"eXIf", b"tEXt", b"zTXt", b"iTXt")
# Of what stands behind the pixels; EXIF and XMP are some ten kilobytes.
_MAX_LATE_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class PngHeader:
    """Dimensions in pixels, and frames of an animation (1 if it is none)."""

    width: int
    height: int
    frames: int
    ends: bool
    """Whether the last chunk, IEND, is there."""
    description: int
    """Bytes of all chunks that are no pixels."""
    late: bytes
    """The chunks behind the pixels that may hold EXIF or XMP."""
    code_points: tuple[int, int] | None
    """Primaries and transfer characteristics of its cICP chunk (ITU-T H.273)."""


def read_png_header(data: bytes) -> PngHeader:
    """Raises CorruptImage, or TruncatedImage when not even the first chunk is whole."""
    if len(data) < 33:
        raise truncated()
    if data[12:16] != b"IHDR":
        raise corrupt()
    width, height = (int.from_bytes(data[n : n + 4], "big") for n in (16, 20))
    if not width or not height:
        raise corrupt()
    frames, ends, pixels, description, at = 1, False, False, 0, 8
    code_points = None
    late: list[bytes] = []
    room = _MAX_LATE_BYTES
    for _ in range(_MAX_CHUNKS):
        if at + 12 > len(data):
            break
        length = int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        end = at + 12 + length
        if end > len(data):
            break
        if kind == b"IEND":
            ends = True
            break
        if kind == b"acTL" and length == 8 and not pixels:
            frames = max(1, int.from_bytes(data[at + 8 : at + 12], "big"))
        if kind == b"cICP" and length == 4 and not pixels:
            code_points = data[at + 8], data[at + 9]
        pixels = pixels or kind == b"IDAT"
        description += length if kind not in _PIXELS else 0
        if pixels and kind in _DESCRIPTIVE and length + 12 <= room:
            late.append(data[at:end])
            room -= length + 12
        at = end
    else:
        raise corrupt()
    return PngHeader(width, height, frames, ends, description, b"".join(late), code_points)
