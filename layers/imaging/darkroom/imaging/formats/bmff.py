"""The boxes of a HEIF or AVIF file (ISO/IEC 14496-12; of images, ISO/IEC 23008-12).

Only what describes an image is read. A box that a parser would trip over ends the reading of its
level, for the decoders decide what is broken.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

# Boxes that hold boxes, and the bytes of their own before those: a full box begins with a version
# and flags, a visual sample entry with 78 bytes (12.1.3.2).
_CONTAINERS = {
    b"meta": 4, b"iprp": 0, b"ipco": 0,
    b"moov": 0, b"trak": 0, b"mdia": 0, b"minf": 0, b"stbl": 0, b"stsd": 8,
    b"av01": 78, b"hvc1": 78, b"hev1": 78,
}  # fmt: skip
_DEPTH = 10  # of moov/trak/mdia/minf/stbl/stsd/av01/av1C it is 8
_MAX_BOXES = 65_536  # a picture of tiles has an item, and a box, for each of them


class Box(NamedTuple):
    """A box: its type, and where its content begins and ends, which may be beyond the file."""

    kind: bytes
    start: int
    end: int


def boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    """The boxes of one level (4.2), up to the first that has no length or no printable type."""
    while start + 8 <= end:
        length, kind, header = _number(data, start, 4), data[start + 4 : start + 8], 8
        if length == 1:
            length, header = _number(data, start + 8, 8), 16
        if length == 0:  # to the end of its level
            length = end - start
        if length < header or not (kind.isascii() and kind.decode().isprintable()):
            return
        yield Box(kind, start + header, start + length)
        start += length


class Bmff:
    """What the boxes of a file say of its image."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._boxes = list(islice(_descend(data, 0, len(data), _DEPTH), _MAX_BOXES))
        self._of_primary = list(self._properties_of_primary())

    @property
    def is_complete(self) -> bool:
        """Whether every box of the outermost level ends within the file."""
        return all(box.end <= len(self._data) for box in boxes(self._data, 0, len(self._data)))

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height of the primary image, or of a sequence's track, before any rotation.

        None where the boxes do not say.
        """
        for box in self._found(b"ispe"):
            return _number(self._data, box.start + 4, 4), _number(self._data, box.start + 8, 4)
        for box in self._found(b"av01", b"hvc1", b"hev1"):
            return _number(self._data, box.start + 24, 2), _number(self._data, box.start + 26, 2)
        return None

    @property
    def code_points(self) -> tuple[int, int] | None:
        """Primaries and transfer characteristics, where they name the colours (12.1.5)."""
        for box in self._found(b"colr"):
            if self._data[box.start : box.start + 4] == b"nclx":
                return _number(self._data, box.start + 4, 2), _number(self._data, box.start + 6, 2)
        return None

    @property
    def av1_configurations(self) -> Iterator[bytes]:
        """The content of every `av1C` box: of images, their alpha, and sequences."""
        return (self._content(box) for box in self._boxes if box.kind == b"av1C")

    @property
    def seconds(self) -> float | None:
        """Duration of the first track (8.4.2); None where it is unknown or there is no track.

        The duration of the whole movie does not serve: of one that loops for ever it is unknown.
        """
        for box in self._boxes:
            if box.kind == b"mdhd":
                at, width = (20, 8) if self._version(box) == 1 else (12, 4)
                units = _number(self._data, box.start + at, 4)
                duration = _number(self._data, box.start + at + 4, width)
                is_unknown = duration == (1 << 8 * width) - 1
                return round(duration / units, 3) if units and not is_unknown else None
        return None

    def without_exif(self) -> bytes | None:
        """The file with its EXIF hidden: the type of that item becomes `free`.

        None where it has no such item (8.11.6; ISO/IEC 23008-12, A.2.1).
        """
        edited = bytearray(self._data)
        for table in self._boxes:
            if table.kind == b"iinf":
                first = table.start + (6 if self._version(table) == 0 else 8)
                for entry in islice(boxes(self._data, first, table.end), _MAX_BOXES):
                    at = entry.start + (8 if self._version(entry) == 2 else 10)
                    if entry.kind == b"infe" and edited[at : at + 4] == b"Exif":
                        edited[at : at + 4] = b"free"
        return bytes(edited) if edited != self._data else None

    def _found(self, *kinds: bytes) -> Iterator[Box]:
        """The boxes of these types: the primary image's first, then all others."""
        return (box for box in (*self._of_primary, *self._boxes) if box.kind in kinds)

    def _properties_of_primary(self) -> Iterator[Box]:
        """The properties of the primary image, in their order (8.11.4, 8.11.14)."""
        by_kind = {box.kind: box for box in reversed(self._boxes)}  # the first of each
        primary, container = by_kind.get(b"pitm"), by_kind.get(b"ipco")
        if primary is None or container is None:
            return
        item = _number(self._data, primary.start + 4, 2 if self._version(primary) == 0 else 4)
        properties = list(islice(boxes(self._data, container.start, container.end), _MAX_BOXES))
        for index in self._associations(item):
            if 1 <= index <= len(properties):
                yield properties[index - 1]

    def _associations(self, item: int) -> Iterator[int]:
        """The places, from 1, of an item's properties in their container."""
        for box in self._boxes:
            if box.kind != b"ipma":
                continue
            id_bytes = 2 if self._version(box) == 0 else 4
            index_bytes = 2 if _number(self._data, box.start + 3, 1) & 1 else 1
            essential = 1 << 8 * index_bytes - 1  # a flag beside the index
            at = box.start + 8
            while at + id_bytes < min(box.end, len(self._data)):
                count = self._data[at + id_bytes]
                first, after = at + id_bytes + 1, at + id_bytes + 1 + count * index_bytes
                if _number(self._data, at, id_bytes) == item:
                    for place in range(first, after, index_bytes):
                        yield _number(self._data, place, index_bytes) & ~essential
                at = after

    def _version(self, box: Box) -> int:
        return _number(self._data, box.start, 1)

    def _content(self, box: Box) -> bytes:
        return self._data[box.start : box.end]


def _descend(data: bytes, start: int, end: int, depth: int) -> Iterator[Box]:
    for box in boxes(data, start, end):
        yield box
        if box.kind in _CONTAINERS and depth:
            inner_end = min(box.end, end)
            yield from _descend(data, box.start + _CONTAINERS[box.kind], inner_end, depth - 1)


def _number(data: bytes, at: int, size: int) -> int:
    """A big-endian number; past the end, what is there or 0."""
    return int.from_bytes(data[at : at + size], "big")
