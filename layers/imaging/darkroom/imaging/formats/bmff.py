"""The boxes of a HEIF or AVIF file (ISO/IEC 14496-12; of images, ISO/IEC 23008-12).

Only what describes an image is read. A box that a parser would trip over ends the reading of its
level, for the decoders decide what is broken.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from darkroom.imaging.pixels.named import NamedColours, by_code_points

# Boxes that hold boxes, and the bytes of their own before those: a full box begins with a version
# and flags, a visual sample entry with 78 bytes (12.1.3.2).
_CONTAINERS = {
    b"meta": 4, b"iprp": 0, b"ipco": 0,
    b"moov": 0, b"trak": 0, b"mdia": 0, b"minf": 0, b"stbl": 0, b"stsd": 8,
    b"av01": 78, b"hvc1": 78, b"hev1": 78,
}  # fmt: skip
_DEPTH = 10  # of moov/trak/mdia/minf/stbl/stsd/av01/av1C it is 8
_MAX_BOXES = 65_536  # a picture of tiles has an item, and a box, for each of them
# Transfer characteristics of sRGB, and those of video or of nothing (ITU-T H.273, table 3).
_SRGB, _VIDEO = 13, (1, 2, 6, 14, 15)
# Names of alpha among auxiliary images: of HEVC, and of any codec.
_ALPHA = (b"hevc:2015:auxid:1", b"auxiliary:alpha")
_MAX_EXTENTS = 64  # of EXIF or XMP, which nearly always are in one piece
_BESIDE = (b"Exif", b"mime", b"uri ")  # items that are no pictures
_XMP, _MAX_ENTRY_BYTES = b"application/rdf+xml", 4_096
_TIFF_ORDERS = (b"II*\0", b"MM\0*")
# What a turn does to a place, as the rows of a matrix; y grows downwards.
_UPRIGHT, _LEFT = (1, 0, 0, 1), (0, 1, -1, 0)
_TOP_BOTTOM, _LEFT_RIGHT = (1, 0, 0, -1), (-1, 0, 0, 1)
_EXIF_NUMBERS = {
    _UPRIGHT: 1, _LEFT_RIGHT: 2, (-1, 0, 0, -1): 3, _TOP_BOTTOM: 4,
    (0, 1, 1, 0): 5, (0, -1, 1, 0): 6, (0, -1, -1, 0): 7, _LEFT: 8,
}  # fmt: skip


class Box(NamedTuple):
    """A box: its type, and where its content begins and ends, which may be beyond the file."""

    kind: bytes
    start: int
    end: int


class _Item(NamedTuple):
    """An item: its type, and whether its entry says that it is XMP (8.11.6)."""

    kind: bytes
    is_xmp: bool


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
    """What the boxes of a file say of its image.

    Of each kind of entry so many are read as there may be boxes, however many tables hold them:
    files of some megabytes could keep a reader busy for hours.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._boxes = list(islice(_descend(data, 0, len(data), _DEPTH), _MAX_BOXES))
        self._of_primary = list(islice(self._properties_of_primary(), _MAX_BOXES))

    @cached_property
    def is_complete(self) -> bool:
        """Whether every box of the outermost level ends within the file."""
        outermost = islice(boxes(self._data, 0, len(self._data)), _MAX_BOXES)
        return all(box.end <= len(self._data) for box in outermost)

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
    def colours(self) -> NamedColours | None:
        """What the code points name. Browsers show video's own curves as sRGB's."""
        if self.code_points is None:
            return None
        primaries, transfer = self.code_points
        return by_code_points(primaries, _SRGB if transfer in _VIDEO else transfer, self._most_nits)

    @property
    def _most_nits(self) -> int:
        """The most light of a pixel (12.1.6); 0 where the file does not say."""
        return next((_number(self._data, box.start, 2) for box in self._found(b"clli")), 0)

    @property
    def av1_configurations(self) -> Iterator[bytes]:
        """The content of every `av1C` box: of images, their alpha, and sequences."""
        return map(self._content, self._tables(b"av1C"))

    @property
    def seconds(self) -> float | None:
        """Duration of the first track (8.4.2); None where it is unknown or there is no track.

        The duration of the whole movie does not serve: of one that loops for ever it is unknown.
        """
        for box in self._tables(b"mdhd"):
            at, width = (20, 8) if self._version(box) == 1 else (12, 4)
            units = _number(self._data, box.start + at, 4)
            duration = _number(self._data, box.start + at + 4, width)
            is_unknown = duration == (1 << 8 * width) - 1
            return round(duration / units, 3) if units and not is_unknown else None
        return None

    @property
    def orientation(self) -> int:
        """EXIF's number for the turns and mirrors of the primary image, in their order.

        ISO/IEC 23008-12, 6.5.10 and 6.5.12: `irot` turns to the left, `imir` exchanges top and
        bottom, or left and right.
        """
        turned = _UPRIGHT
        for box in self._of_primary or self._boxes:
            value = _number(self._data, box.start, 1)
            steps = []
            if box.kind == b"irot":
                steps = [_LEFT] * (value & 3)
            elif box.kind == b"imir":
                steps = [_LEFT_RIGHT if value & 1 else _TOP_BOTTOM]
            for a, b, c, d in steps:
                e, f, g, h = turned
                turned = (a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h)
        return _EXIF_NUMBERS[turned]

    @property
    def codec(self) -> bytes | None:
        """The type of the coded images that the primary one is made of; None without one."""
        item = self._primary or 0
        for _ in range(_DEPTH):
            if item not in self._derived:
                return self._items[item].kind if item in self._items else None
            item = self._derived[item]
        return None

    @property
    def is_sequence_alone(self) -> bool:
        """Whether there is a track of frames, and no image that stands for them."""
        return self._primary is None and any(True for _ in self._found(b"av01", b"hvc1", b"hev1"))

    @property
    def is_of_tiles(self) -> bool:
        """Whether the primary image is a grid of others that is neither cropped nor has alpha."""
        primary = self._items.get(self._primary or 0)
        is_cropped = any(box.kind == b"clap" for box in self._of_primary)
        auxiliary = map(self._content, self._tables(b"auxC"))
        has_alpha = any(name in box for box in auxiliary for name in _ALPHA)
        is_grid = primary is not None and primary.kind == b"grid"
        return is_grid and not is_cropped and not has_alpha

    @property
    def icc(self) -> bytes | None:
        """The colour profile (12.1.5)."""
        for box in self._found(b"colr"):
            if self._data[box.start : box.start + 4] in (b"prof", b"rICC"):
                return self._data[box.start + 4 : box.end] or None
        return None

    @property
    def exif(self) -> bytes | None:
        """The EXIF block, which stands behind a number of bytes that may be wrong (A.2.1)."""
        for number, item in self._items.items():
            if item.kind == b"Exif":
                block = self._item_data(number)
                found = [at for order in _TIFF_ORDERS if (at := block.find(order, 0, 64)) >= 0]
                return b"Exif\0\0" + block[min(found) :] if found else None
        return None

    @property
    def xmp(self) -> tuple[bytes, ...]:
        """The XMP packets."""
        return tuple(
            self._item_data(number)
            for number, item in self._items.items()
            if item.kind == b"mime" and item.is_xmp
        )

    @property
    def metadata_bytes(self) -> int:
        """Bytes of EXIF, XMP and all other items that are no pictures, and of the profile."""
        sizes = (length for parts in self._extents.values() for _, length in parts)
        return sum(sizes) + len(self.icc or b"")

    @cached_property
    def _items(self) -> dict[int, _Item]:
        """The items by their numbers."""
        entries = (
            entry
            for table in self._tables(b"iinf")
            for entry in boxes(
                self._data, table.start + (8 if self._version(table) else 6), table.end
            )
        )
        found: dict[int, _Item] = {}
        for entry in islice(entries, _MAX_BOXES):
            width = 2 if self._version(entry) == 2 else 4
            at = entry.start + 4 + width + 2
            is_xmp = self._data.find(_XMP, at, min(entry.end, at + _MAX_ENTRY_BYTES)) >= 0
            found[_number(self._data, entry.start + 4, width)] = _Item(
                self._data[at : at + 4], is_xmp
            )
        return found

    @cached_property
    def _primary(self) -> int | None:
        for box in self._tables(b"pitm"):
            return _number(self._data, box.start + 4, 2 if self._version(box) == 0 else 4)
        return None

    @cached_property
    def _derived(self) -> dict[int, int]:
        """Derived images, such as grids, and the first image that each is made of (8.11.12)."""
        entries = (
            (entry, 4 if self._version(table) else 2)
            for table in self._tables(b"iref")
            for entry in boxes(self._data, table.start + 4, table.end)
        )
        return {
            _number(self._data, entry.start, width): _number(
                self._data, entry.start + width + 2, width
            )
            for entry, width in islice(entries, _MAX_BOXES)
            if entry.kind == b"dimg"
        }

    def _item_data(self, number: int) -> bytes:
        parts = self._extents.get(number, [])[:_MAX_EXTENTS]
        return b"".join(self._data[start : start + length] for start, length in parts)

    @cached_property
    def _extents(self) -> dict[int, list[tuple[int, int]]]:
        """Start and length of each part of the items that are no pictures, by their numbers."""
        found: dict[int, list[tuple[int, int]]] = {}
        left = _MAX_BOXES
        for number, parts in islice(self._locations(), _MAX_BOXES):
            if number in self._items and self._items[number].kind in _BESIDE:
                known = list(islice(parts, left))
                left -= len(known)
                found.setdefault(number, []).extend(known)
        return found

    def _locations(self) -> Iterator[tuple[int, Iterator[tuple[int, int]]]]:
        """The number of each item, and start and length of each of its parts (8.11.3)."""
        inner = next((box.start for box in self._tables(b"idat")), 0)
        for table in self._tables(b"iloc"):
            version, sizes = self._version(table), _number(self._data, table.start + 4, 2)
            offset_bytes, length_bytes, base_bytes = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
            index_bytes = sizes & 15 if version else 0
            width = 4 if version == 2 else 2
            at = table.start + 6 + width
            for _ in range(_number(self._data, table.start + 6, width)):
                number, at = _number(self._data, at, width), at + width
                in_idat = bool(version and _number(self._data, at, 2) & 15 == 1)
                at += 4 if version else 2
                base, at = _number(self._data, at, base_bytes), at + base_bytes
                count, at = _number(self._data, at, 2), at + 2
                entry = index_bytes + offset_bytes + length_bytes
                places = range(at + index_bytes, at + count * entry, entry or 1)
                base += inner if in_idat else 0
                yield number, self._parts(places, base, offset_bytes, length_bytes)
                at += count * entry

    def _parts(
        self, places: range, base: int, offset_bytes: int, length_bytes: int
    ) -> Iterator[tuple[int, int]]:
        for place in places:
            length = _number(self._data, place + offset_bytes, length_bytes)
            yield base + _number(self._data, place, offset_bytes), length

    def _tables(self, kind: bytes) -> Iterator[Box]:
        return (box for box in self._boxes if box.kind == kind)

    def _found(self, *kinds: bytes) -> Iterator[Box]:
        """The boxes of these types: the primary image's first, then all others."""
        return (box for box in (*self._of_primary, *self._boxes) if box.kind in kinds)

    def _properties_of_primary(self) -> Iterator[Box]:
        """The properties of the primary image, in their order (8.11.4, 8.11.14)."""
        container = next(self._tables(b"ipco"), None)
        if self._primary is None or container is None:
            return
        properties = list(islice(boxes(self._data, container.start, container.end), _MAX_BOXES))
        for index in self._associations(self._primary):
            if 1 <= index <= len(properties):
                yield properties[index - 1]

    def _associations(self, item: int) -> Iterator[int]:
        """The places, from 1, of an item's properties in their container."""
        for number, places, width in islice(self._association_entries(), _MAX_BOXES):
            if number == item:
                essential = 1 << 8 * width - 1  # a flag beside the index
                for place in places:
                    yield _number(self._data, place, width) & ~essential

    def _association_entries(self) -> Iterator[tuple[int, range, int]]:
        """The number of an item, where the indices of its properties are, and their width."""
        for table in self._tables(b"ipma"):
            id_bytes = 2 if self._version(table) == 0 else 4
            width = 2 if _number(self._data, table.start + 3, 1) & 1 else 1
            at = table.start + 8
            while at + id_bytes < min(table.end, len(self._data)):
                first = at + id_bytes + 1
                after = first + self._data[at + id_bytes] * width
                yield _number(self._data, at, id_bytes), range(first, after, width), width
                at = after

    def _version(self, box: Box) -> int:
        return _number(self._data, box.start, 1)

    def _content(self, box: Box) -> bytes:
        return self._data[box.start : box.end]


def _descend(data: bytes, start: int, end: int, depth: int) -> Iterator[Box]:
    """The boxes of a level and of those within, each of which ends where the one around it does."""
    for kind, first, after in boxes(data, start, end):
        yield Box(kind, first, min(after, end))
        if kind in _CONTAINERS and depth:
            yield from _descend(data, first + _CONTAINERS[kind], min(after, end), depth - 1)


def _number(data: bytes, at: int, size: int) -> int:
    """A big-endian number; past the end, what is there or 0."""
    return int.from_bytes(data[at : at + size], "big")
