"""The directories of a TIFF or BigTIFF (TIFF 6.0, section 2): their whole numbers, and new ones."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Final

_MAX_ENTRIES = 4_096
_MAX_DIRECTORIES = 64
MAX_VALUES = 1_000_000
_MAX_RAW_BYTES = 1 << 22
_TYPES: Final = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}  # the unsigned whole numbers
_TYPE_BYTES = {
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8,
    13: 4, 16: 8, 17: 8, 18: 8,
}  # fmt: skip
_LONG = 4

Value = tuple[int, ...] | tuple[int, int, bytes]


class Directory:
    """One directory. Raises struct.error where the file ends before it."""

    def __init__(self, data: bytes, at: int | None = None) -> None:
        """`at` is where it begins; without it, it is the first."""
        self._data = data
        self.order = "<" if data[:2] == b"II" else ">"
        self._big = 43 in data[2:4]
        if at is None:
            at = self._unpack("Q", 8) if self._big else self._unpack("I", 4)
        self._entries: dict[int, tuple[int, int, int]] = {}
        count = self._unpack("Q" if self._big else "H", at)
        at, entry = (at + 8, 20) if self._big else (at + 2, 12)
        for n in range(min(count, _MAX_ENTRIES)):
            start = at + n * entry
            tag, kind = self._unpack("H", start), self._unpack("H", start + 2)
            values = self._unpack("Q" if self._big else "I", start + 4)
            self._entries.setdefault(tag, (kind, values, start + (12 if self._big else 8)))
        self._next = at + count * entry

    def __contains__(self, tag: int) -> bool:
        return tag in self._entries

    def following(self) -> Iterator[Directory]:
        """This directory and those behind it, up to one that is broken."""
        directory, seen = self, 0
        while seen < _MAX_DIRECTORIES:
            yield directory
            seen += 1
            try:
                at = self._unpack("Q" if self._big else "I", directory._next)
                directory = Directory(self._data, at)
            except struct.error:
                return
            if not at:
                return

    def number(self, tag: int) -> int | None:
        """The first number of a tag; None if it is missing, of another type or out of the file."""
        values = self.numbers(tag, most=1)
        return values[0] if values else None

    def numbers(self, tag: int, *, most: int = MAX_VALUES) -> tuple[int, ...]:
        """The numbers of a tag; none where `number` has none."""
        kind, count, at = self._entries.get(tag, (0, 0, 0))
        code = _TYPES.get(kind)
        if code is None:
            return ()
        try:
            at = self._place(at, count * struct.calcsize(code))
            return struct.unpack_from(f"{self.order}{min(count, most)}{code}", self._data, at)
        except (OverflowError, struct.error):
            return ()

    def raw(self, tag: int) -> tuple[int, int, bytes] | None:
        """Type, count and bytes of a tag's values, as they stand in the file, up to 4 MiB."""
        kind, count, at = self._entries.get(tag, (0, 0, 0))
        size = count * _TYPE_BYTES.get(kind, 0)
        if size > _MAX_RAW_BYTES:
            return None
        try:
            at = self._place(at, size)
        except struct.error:
            return None
        body = self._data[at : at + size]
        return (kind, count, body) if 0 < size == len(body) else None

    def tag_bytes(self) -> int:
        """Bytes of all tags: EXIF, profiles, an editor's layers."""
        sizes = (count * _TYPE_BYTES.get(kind, 0) for kind, count, _ in self._entries.values())
        return min(sum(sizes), len(self._data))

    def _place(self, at: int, size: int) -> int:
        """Where values of so many bytes are: in the entry, or where it says."""
        inside = size <= (8 if self._big else 4)
        return at if inside else self._unpack("Q" if self._big else "I", at)

    def _unpack(self, code: str, at: int) -> int:
        try:
            (value,) = struct.unpack_from(self.order + code, self._data, at)
        except OverflowError as error:
            raise struct.error from error
        return int(value)


def written(
    order: str,
    at: int,
    numbers: Mapping[int, tuple[int, ...]],
    raw: Mapping[int, tuple[int, int, bytes]],
) -> bytes:
    """A directory of a classic TIFF that stands at this offset, with its values behind it."""
    entries = dict(raw)
    for tag, values in numbers.items():
        body = struct.pack(f"{order}{len(values)}I", *values)
        entries[tag] = (_LONG, len(values), body)
    table, rest = struct.pack(order + "H", len(entries)), b""
    behind = at + 2 + 12 * len(entries) + 4
    for tag in sorted(entries):
        kind, count, body = entries[tag]
        if len(body) > 4:
            place = struct.pack(order + "I", behind + len(rest))
            rest += body + bytes(len(body) % 2)
            body = place
        table += struct.pack(order + "HHI", tag, kind, count) + body.ljust(4, b"\0")
    return table + bytes(4) + rest
