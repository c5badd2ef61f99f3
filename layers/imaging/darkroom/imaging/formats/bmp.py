"""Bitmaps of Windows and OS/2: BITMAPCOREHEADER to BITMAPV5HEADER, and OS/2's of 16 to 64 bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from darkroom.imaging.errors import corrupt, truncated
from darkroom.imaging.formats.contract import Blocks, EncodedImage, Header
from darkroom.imaging.pixels.samples import bits_of, scaled
from darkroom.kinds import Format, unsupported
from PIL import Image

_CORE, _INFO, _WITH_MASKS, _WITH_ALPHA, _V4, _V5 = 12, 40, 52, 56, 108, 124  # bytes of headers
_FILE_HEADER = 14
_PLAIN, _RLE8, _RLE4, _BIT_FIELDS, _RLE24, _ALPHA_BIT_FIELDS = 0, 1, 2, 3, 4, 6
_RUNS = {_RLE8: 8, _RLE4: 4, _RLE24: 24}  # bits of a pixel
_PALETTE_BITS = (1, 2, 4, 8)
_MASKS = {16: (0x7C00, 0x03E0, 0x001F, 0), 32: (0xFF0000, 0x00FF00, 0x0000FF, 0)}
_EMBEDDED = b"DEBM"  # PROFILE_EMBEDDED, as it stands in the file
_BAND_BYTES = 1 << 20
_END_OF_LINE, _END, _JUMP = 0, 1, 2  # what may follow on a run of no pixels


class _Layout(NamedTuple):
    """How the pixels are stored."""

    bits: int
    compression: int
    masks: tuple[int, int, int, int]
    """Of red, green, blue and alpha; 0 where there is none."""
    start: int
    stride: int
    """Bytes of a row."""
    is_upside_down: bool
    palette: bytes


class BmpImage(EncodedImage):
    """A bitmap, stored from the bottom up or, with a negative height, from the top down."""

    format = Format.BMP

    def read_header(self) -> Header:
        """Raises CorruptImage or TruncatedImage, and UnsupportedFormat for other compressions."""
        if len(self.data) < _FILE_HEADER + _CORE:
            raise truncated()
        size = self._number(_FILE_HEADER)
        if size == _CORE:
            width, height = self._number(18, 2), self._number(20, 2)
        else:
            width, height = self._number(18), self._number(22)
        is_upside_down = size == _CORE or height < 1 << 31
        height = height if is_upside_down else (1 << 32) - height
        if not width or not height or width >= 1 << 31:
            raise corrupt()
        self._layout = pixels = self._how_stored(size, width, is_upside_down=is_upside_down)
        end = pixels.start + (0 if pixels.compression in _RUNS else pixels.stride * height)
        return Header(
            width=width,
            height=height,
            is_complete=len(self.data) >= end,
            decoder_bytes=3 * width * height if pixels.compression in _RUNS else 8 * _BAND_BYTES,
        )

    def _how_stored(self, size: int, width: int, *, is_upside_down: bool) -> _Layout:
        at = _FILE_HEADER + 10 if size == _CORE else _FILE_HEADER + 14
        bits = self._number(at, 2)
        compression = self._number(30) if size >= 20 else _PLAIN
        is_os2 = _CORE < size <= 64 and size not in (_INFO, _WITH_MASKS, _WITH_ALPHA)
        masks, behind = _MASKS.get(bits, (0, 0, 0, 0)), _FILE_HEADER + size
        if compression in (_BIT_FIELDS, _ALPHA_BIT_FIELDS) and not is_os2:
            count = 4 if compression == _ALPHA_BIT_FIELDS or size >= _WITH_ALPHA else 3
            found = [self._number(54 + 4 * n) for n in range(count)]
            masks = (found[0], found[1], found[2], found[3] if count == 4 else 0)
            behind = max(behind, 54 + 4 * count)
            compression = _PLAIN if bits in _MASKS else compression
        fits = compression == _PLAIN and bits in (*_PALETTE_BITS, 16, 24, 32)
        fits = fits or (_RUNS.get(compression) == bits and (compression != _RLE24 or is_os2))
        if not fits:
            raise unsupported("a kind of BMP picture")
        start = self._number(10) or behind + 4 * (1 << bits if bits <= 8 else 0)
        palette = b""
        if bits in _PALETTE_BITS:
            entry = 3 if size == _CORE else 4
            count = self._number(46) if size >= 36 else 0
            end = behind + entry * min(count or 1 << bits, 1 << bits)
            end = min(end, start) if start > behind else end
            table = self.data[behind:end]
            channels = [table[n::entry] for n in (2, 1, 0)]
            palette = bytes(value for colour in zip(*channels, strict=False) for value in colour)
        stride = (width * bits + 31) // 32 * 4
        return _Layout(bits, compression, masks, start, stride, is_upside_down, palette)

    def read_blocks(self) -> Blocks:
        """See `EncodedImage`."""
        if self._number(_FILE_HEADER) < _V5 or self.data[70:74] != _EMBEDDED:
            return Blocks()
        start = _FILE_HEADER + self._number(126)
        return Blocks(icc=self.data[start : start + self._number(130)] or None)

    @property
    def mode(self) -> str:
        """Pillow's name of the pixels' kind, as they are decoded."""
        if self.has_alpha:
            return "RGBA"
        is_indexed = self._layout.bits <= 8 and self._layout.compression not in _RUNS
        return "P" if is_indexed else "RGB"

    @property
    def has_alpha(self) -> bool:
        """Whether some pixels may be transparent."""
        return bool(self._layout.masks[3])

    def decode_at(self, scale: int) -> Image.Image:
        """See `EncodedImage`. Mode P, RGB or RGBA."""
        pixels, height = self._layout, self.header.height
        if pixels.compression in _RUNS:
            return self._runs()
        picture = Image.new(self.mode, self.size)
        if self.mode == "P":
            picture.putpalette(pixels.palette)
        rows = max(1, _BAND_BYTES // pixels.stride)
        for top in range(0, height, rows):
            band = self._band(top, min(rows, height - top))
            if pixels.is_upside_down:
                flipped = band.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
                picture.paste(flipped, (0, height - top - band.height))
            else:
                picture.paste(band, (0, top))
        if picture.mode == "RGBA" and not picture.getchannel("A").getbbox():
            picture.putalpha(255)  # as those mean it who leave alpha at 0 everywhere
        return picture

    def _band(self, top: int, count: int) -> Image.Image:
        """Rows in the order of the file."""
        pixels, size = self._layout, (self.header.width, count)
        start = pixels.start + top * pixels.stride
        rows = self.data[start : start + count * pixels.stride]
        if len(rows) < count * pixels.stride:
            raise EOFError("rows are missing")
        if pixels.bits <= 8:
            raw = "P" if pixels.bits == 8 else f"P;{pixels.bits}"
            return Image.frombuffer("P", size, rows, "raw", raw, pixels.stride, 1)
        if pixels.bits == 24 or pixels.masks == _MASKS[32]:
            raw = "BGR" if pixels.bits == 24 else "BGRX"
            return Image.frombuffer("RGB", size, rows, "raw", raw, pixels.stride, 1)
        across = pixels.stride * 8 // pixels.bits
        masks = pixels.masks if self.has_alpha else pixels.masks[:3]
        planes = [
            Image.frombytes("L", (across, count), _channel(rows, across, pixels.bits, mask))
            for mask in masks
        ]
        return Image.merge(self.mode, planes).crop((0, 0, *size))

    def _runs(self) -> Image.Image:
        """The picture of what is packed: colours of three bytes, then as Pillow has them."""
        width, height = self.size
        pixels = self._layout
        # What the runs jump over is black, whatever the first colour of the palette is.
        levels = bytearray(3 * width * height)
        colours = pixels.palette.ljust(3 * 256, b"\0")
        palette = [colours[n : n + 3] for n in range(0, len(colours), 3)]
        packed = memoryview(self.data)[pixels.start :]
        for x, y, run in _unpacked(packed, width, height, pixels.bits):
            at = (height - 1 - y if pixels.is_upside_down else y) * width + x
            if pixels.bits != 24:
                run = b"".join(palette[index] for index in run)
            levels[3 * at : 3 * at + len(run)] = run
        raw = "BGR" if pixels.bits == 24 else "RGB"
        return Image.frombuffer("RGB", self.size, levels, "raw", raw, 0, 1)

    def _number(self, at: int, size: int = 4) -> int:
        return int.from_bytes(self.data[at : at + size], "little")


def _channel(rows: bytes, across: int, bits: int, mask: int) -> bytes:
    """The bits of a mask of each pixel, spread over a byte."""
    places = [place for place in reversed(range(bits)) if mask >> place & 1]
    if len(places) == 8 and places[-1] % 8 == 0 and places[0] == places[-1] + 7:
        return rows[places[-1] // 8 :: bits // 8]
    # Pixels are little-endian, and bits are counted from the first of a byte, its highest.
    stored = [place // 8 * 8 + 7 - place % 8 for place in places]
    (found,) = bits_of(rows, across, [stored[:8]], bits)
    return found.translate(scaled(len(places))) if places else found


def _unpacked(
    data: memoryview, width: int, height: int, bits: int
) -> Iterator[tuple[int, int, bytes]]:
    """Runs of pixels: the column and row of each in the file, and its indices or colours.

    Raises EOFError where they end before they say so and a row is missing.
    """
    x, y, at = 0, 0, 0
    while y < height:
        if at + 2 > len(data):
            raise EOFError("runs are missing")
        count, value, at = data[at], data[at + 1], at + 2
        run = b""
        if count:
            size = 3 if bits == 24 else 1
            run = _pixels_of(bytes(data[at - 1 : at - 1 + size]), bits, count) * count
            at += size - 1
            run = run[: count * size]
        elif value == _END:
            return
        elif value == _END_OF_LINE:
            x, y = 0, y + 1
            continue
        elif value == _JUMP:
            if at + 2 > len(data):
                raise EOFError("a jump is missing")
            x, y, at = x + data[at], y + data[at + 1], at + 2
            continue
        else:
            count, size = value, (value * bits + 7) // 8
            run = _pixels_of(bytes(data[at : at + size]), bits, value)
            at += size + size % 2
        kept = max(0, min(count, width - x))
        yield x, y, run[: kept * (3 if bits == 24 else 1)]
        x += count


def _pixels_of(packed: bytes, bits: int, count: int) -> bytes:
    """Pixels one by one, of which those of 4 bits come in pairs."""
    if bits != 4:
        return packed
    return bytes(half for pair in packed for half in (pair >> 4, pair & 15))[: max(2, count)]
