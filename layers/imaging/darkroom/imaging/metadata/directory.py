"""TIFF's directories (TIFF 6.0, section 2; BigTIFF), read from bytes nobody can trust.

EXIF and the notes of most makers are such directories. A value is decoded when it is asked for, so
that a broken field is missing alone and a megabyte of numbers that nobody reads costs nothing.
Nothing here raises for what the bytes hold. (piexif must not read uploads: one tag with a huge
count costs it gigabytes. Nor must `Image.getexif()`, which decodes whole directories at once.)
"""

from __future__ import annotations

import math
import re
import struct
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from darkroom.imaging.metadata.text import decoded, plain_text

_HEADER = re.compile(rb"II[*+]\0|MM\0[*+]")
# How far a header may stand behind the start of a block: behind `Exif`, once or twice, behind the
# marker and length of a JPEG's segment, behind the offset of a HEIF's item.
_MAX_PREFIX = 64
_MAX_ENTRIES = 4_096
_MAX_NUMBERS = 4_096
_MAX_TEXT_BYTES = 4_096
_ASCII, _RATIONAL, _SIGNED_RATIONAL = 2, 5, 10
_CODES = {
    1: "B", 2: "B", 3: "H", 4: "I", 5: "II", 6: "b", 7: "B", 8: "h", 9: "i", 10: "ii", 11: "f",
    12: "d", 13: "I", 16: "Q", 17: "q", 18: "Q", 129: "B",
}  # fmt: skip
_TEXT_NUMBER = re.compile(r"(\d+(?:\.\d+)?)(?:/(\d+))?", re.ASCII)

Order = Literal["<", ">"]


class _Entry(NamedTuple):
    kind: int
    values: int
    start: int
    """Where the value begins, counted from the start of the data."""
    end: int
    is_apart: bool
    """Whether the entry holds an offset instead of the value."""


@dataclass(frozen=True, slots=True)
class Directory:
    """The entries of a directory, by tag. An empty one stands for one that cannot be read."""

    data: bytes = b""
    order: Order = "<"
    is_big: bool = False
    entries: dict[int, _Entry] = field(default_factory=dict)

    def span(self, tag: int) -> tuple[int, int] | None:
        """Where a tag's value begins and ends in the data; None where it is not all there."""
        entry = self.entries.get(tag)
        if entry is None or not 0 <= entry.start <= entry.end <= len(self.data):
            return None
        return entry.start, entry.end

    def raw(self, tag: int, *, most: int = _MAX_TEXT_BYTES) -> bytes | None:
        """The bytes of a tag, of whatever type it is, up to this many of them."""
        span = self.span(tag)
        return self.data[span[0] : min(span[1], span[0] + most)] if span else None

    def text(self, tag: int) -> str | None:
        """The text of a tag up to its first zero byte; None for numbers."""
        entry = self.entries.get(tag)
        if entry is None or _CODES[entry.kind] != "B":
            return None
        value = self.raw(tag)
        return plain_text(decoded(value.split(b"\0", 1)[0])) if value else None

    def numbers(self, tag: int) -> tuple[float, ...]:
        """The numbers of a tag, those written as text too; NaN stands for a division by zero."""
        entry, span = self.entries.get(tag), self.span(tag)
        if entry is None or span is None:
            return ()
        if entry.kind == _ASCII:
            return numbers_in(self.text(tag))
        code = _CODES[entry.kind]
        size = struct.calcsize(f"={code}")
        count = min(entry.values, _MAX_NUMBERS, (span[1] - span[0]) // size)
        values = struct.unpack_from(f"{self.order}{count * code}", self.data, span[0])
        if len(code) == 1:
            return values
        return tuple(map(_quotient, values[::2], values[1::2]))

    def number(
        self,
        tag: int,
        *,
        least: float = -math.inf,
        above: float = -math.inf,
        most: float = math.inf,
    ) -> float | None:
        """The first number of a tag, if it is finite and within bounds."""
        values = self.numbers(tag)
        number = float(values[0]) if values else math.nan
        is_good = math.isfinite(number) and max(least, above) <= number <= most
        return number if is_good and number != above else None

    def branch(self, pointer: int, *, inherits: bool = False) -> Directory:
        """The directory whose offset a tag holds, with what it `inherits` from this one."""
        offset = self.number(pointer, above=0)
        if offset is None:
            return Directory()
        found = directory_at(self.data, int(offset), self.order, is_big=self.is_big)
        if inherits:
            found.entries.update({**self.entries, **found.entries})
        return found


def exif_directory(block: bytes | None) -> Directory:
    """The first directory of an EXIF block or a TIFF file."""
    header = _HEADER.search(block or b"", 0, _MAX_PREFIX)
    if block is None or header is None:
        return Directory()
    data = block[header.start() :] if header.start() else block
    order: Order = "<" if data[:2] == b"II" else ">"
    is_big = 43 in data[2:4]  # BigTIFF, whose offsets are twice as long
    offset = _unpacked(data, order + ("Q" if is_big else "I"), 8 if is_big else 4)
    return directory_at(data, offset or 0, order, is_big=is_big) if offset else Directory()


def directory_at(
    data: bytes, at: int, order: Order, *, is_big: bool = False, base: int = 0
) -> Directory:
    """The directory at a place of the data, whose offsets count from `base`."""
    counter, pointer = ("Q", "Q") if is_big else ("H", "I")
    inline = struct.calcsize(pointer)
    head = struct.Struct(f"{order}HH{pointer}")
    count = _unpacked(data, order + counter, at) or 0
    at += struct.calcsize(counter)
    entries: dict[int, _Entry] = {}
    for start in range(
        at, at + min(count, _MAX_ENTRIES) * (head.size + inline), head.size + inline
    ):
        if start + head.size + inline > len(data):
            break
        tag, kind, values = head.unpack_from(data, start)
        if kind not in _CODES:
            continue
        place, size = start + head.size, values * struct.calcsize(f"={_CODES[kind]}")
        if size > inline:
            place = base + (_unpacked(data, order + pointer, place) or 0)
        entries.setdefault(tag, _Entry(kind, values, place, place + size, size > inline))
    return Directory(data, order, is_big, entries)


def numbers_in(text: str | None) -> tuple[float, ...]:
    """The numbers without sign in a text: `49`, `51.5`, `30/1`."""
    return tuple(
        _quotient(float(found[1]), float(found[2] or 1))
        for found in _TEXT_NUMBER.finditer(text or "")
    )


def _unpacked(data: bytes, code: str, at: int) -> int | None:
    if not 0 <= at <= len(data) - struct.calcsize(code):
        return None
    (value,) = struct.unpack_from(code, data, at)
    return int(value)


def _quotient(number: float, by: float) -> float:
    return number / by if by else math.nan
