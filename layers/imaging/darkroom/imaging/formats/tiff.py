"""TIFF and BigTIFF (TIFF 6.0, section 2), of which the first page is read."""

from __future__ import annotations

import io
import struct
from math import ceil
from typing import Final

from darkroom.imaging.errors import corrupt, truncated
from darkroom.imaging.formats.contract import COPIES_OF_METADATA, EncodedImage, Header
from darkroom.kinds import RAW, Format, unsupported
from PIL.TiffImagePlugin import TiffImageFile

_MAX_ENTRIES = 4_096
_MAX_VALUES = 1_000_000
_TYPES: Final = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}  # the unsigned whole numbers
_TYPE_BYTES = {
    1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8,
    13: 4, 16: 8, 17: 8, 18: 8,
}  # fmt: skip

_NEW_SUBFILE_TYPE, _WIDTH, _HEIGHT, _COMPRESSION, _PHOTOMETRIC = 254, 256, 257, 259, 262
_SAMPLE_BITS, _STRIP_OFFSETS, _ORIENTATION, _SAMPLES = 258, 273, 274, 277
_STRIP_ROWS, _STRIP_BYTES, _TILE_WIDTH, _TILE_HEIGHT = 278, 279, 322, 323
_UNCOMPRESSED, _JPEGS = 1, {6, 7}
_TILE_OFFSETS, _TILE_BYTES, _SUB_DIRECTORIES, _DNG_VERSION = 324, 325, 330, 50706
# Colour filter array and linear raw (DNG 1.7, chapter 4); the packings of Nikon, Sony and Pentax.
_RAW_PHOTOMETRICS = {32803, 34892}
_RAW_COMPRESSIONS = {32767, 32769, 34713, 65535}


class TiffImage(EncodedImage):
    """A TIFF. Its tags are its EXIF, with XMP and IPTC in it: the EXIF block is the whole file."""

    format = Format.TIFF

    def read_header(self) -> Header:
        """Raises CorruptImage or TruncatedImage, and UnsupportedFormat for a camera's raw file.

        Raw files are TIFFs by their first bytes, and most open as the small preview they begin
        with.
        """
        try:
            directory = _Directory(self.data)
        except struct.error as error:
            raise truncated() from error
        if directory.is_raw():
            raise unsupported(RAW)
        width, height = directory.number(_WIDTH), directory.number(_HEIGHT)
        if not width or not height:
            raise corrupt()
        orientation = directory.number(_ORIENTATION) or 0
        strips_end = directory.covers(_STRIP_OFFSETS, _STRIP_BYTES)
        tiles_end = directory.covers(_TILE_OFFSETS, _TILE_BYTES)
        self._mended = directory.mended()
        copies = COPIES_OF_METADATA * directory.tag_bytes() + len(self._mended or b"")
        return Header(
            width=width,
            height=height,
            orientation=orientation if 1 <= orientation <= 8 else None,
            is_complete=strips_end and tiles_end,
            decoder_bytes=directory.strip_bytes(width, height) + copies,
        )

    def open_with_pillow(self) -> TiffImageFile:
        """See `EncodedImage`."""
        return _StoredTiff(io.BytesIO(self._mended or self.data))

    @property
    def exif(self) -> bytes | None:
        """The whole file."""
        return self._mended or self.data


class _StoredTiff(TiffImageFile):
    """Pillow's TIFF, not turned.

    Pillow turns a TIFF while it loads it, at full size, and fails where its EXIF is broken; every
    other format it leaves as stored. Here all are turned in one way, after they were made smaller.
    """

    def _setup(self) -> None:
        super()._setup()
        self._size = self._tile_size

    def load_end(self) -> None:
        """Nothing is left to do."""


class _Directory:
    """The whole numbers of the first directory, classic or BigTIFF."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._order = "<" if data[:2] == b"II" else ">"
        self._big = 43 in data[2:4]
        self._entries: dict[int, tuple[int, int, int]] = {}
        at = self._unpack("Q", 8) if self._big else self._unpack("I", 4)
        count = self._unpack("Q" if self._big else "H", at)
        at, entry = (at + 8, 20) if self._big else (at + 2, 12)
        for n in range(min(count, _MAX_ENTRIES)):
            start = at + n * entry
            tag, kind = self._unpack("H", start), self._unpack("H", start + 2)
            values = self._unpack("Q" if self._big else "I", start + 4)
            self._entries.setdefault(tag, (kind, values, start + (12 if self._big else 8)))

    def is_raw(self) -> bool:
        """Whether it is a camera's raw file."""
        preview_first = (self.number(_NEW_SUBFILE_TYPE) or 0) & 1
        return (
            _DNG_VERSION in self._entries
            or self.number(_PHOTOMETRIC) in _RAW_PHOTOMETRICS
            or self.number(_COMPRESSION) in _RAW_COMPRESSIONS
            or bool(preview_first and _SUB_DIRECTORIES in self._entries)
        )

    def number(self, tag: int) -> int | None:
        """The first number of a tag; None if it is missing, of another type or out of the file."""
        values = self._numbers(tag, most=1)
        return values[0] if values else None

    def covers(self, offsets: int, lengths: int) -> bool:
        """Whether every strip or tile ends within the file; true if there is none."""
        ends = zip(
            self._numbers(offsets, most=_MAX_VALUES),
            self._numbers(lengths, most=_MAX_VALUES),
            strict=False,
        )
        return all(start + length <= len(self._data) for start, length in ends)

    def tag_bytes(self) -> int:
        """Bytes of all tags: EXIF, profiles, an editor's layers."""
        sizes = (count * _TYPE_BYTES.get(kind, 0) for kind, count, _ in self._entries.values())
        return min(sum(sizes), len(self._data))  # Pillow skips what goes beyond

    def strip_bytes(self, width: int, height: int) -> int:
        """Bytes of the largest strip or tile, which is unpacked whole; 0 where nothing is packed.

        libtiff makes some of them 32 bits a pixel.
        """
        compression = self.number(_COMPRESSION)
        if compression in (None, _UNCOMPRESSED):
            return 0
        across = self.number(_TILE_WIDTH) or width
        down = self.number(_TILE_HEIGHT) or min(height, self.number(_STRIP_ROWS) or height)
        samples = self.number(_SAMPLES) or 1
        pixel = max(4, samples * ceil((self.number(_SAMPLE_BITS) or 1) / 8))
        if compression in _JPEGS:  # its coefficients, should it be progressive
            pixel += 2 * samples
        return across * down * pixel

    def mended(self) -> bytes | None:
        """The file with an orientation that Pillow reads, where its own cannot be read."""
        kind, count, at = self._entries.get(_ORIENTATION, (3, 1, 0))
        if (kind, count) == (3, 1):
            return None
        entry = struct.pack(self._order + ("HQQ" if self._big else "HII"), 3, 1, 0)
        start = at - (10 if self._big else 6)
        return self._data[:start] + entry + self._data[start + len(entry) :]

    def _numbers(self, tag: int, *, most: int) -> tuple[int, ...]:
        kind, count, at = self._entries.get(tag, (0, 0, 0))
        code = _TYPES.get(kind)
        if code is None:
            return ()
        try:
            if count * struct.calcsize(code) > (8 if self._big else 4):
                at = self._unpack("Q" if self._big else "I", at)
            return struct.unpack_from(f"{self._order}{min(count, most)}{code}", self._data, at)
        except (OverflowError, struct.error):
            return ()

    def _unpack(self, code: str, at: int) -> int:
        try:
            (value,) = struct.unpack_from(self._order + code, self._data, at)
        except OverflowError as error:
            raise struct.error from error
        return int(value)
