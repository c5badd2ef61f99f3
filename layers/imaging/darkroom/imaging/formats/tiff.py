"""TIFF and BigTIFF (TIFF 6.0), of which the page that is the picture is read.

libtiff unpacks the samples, a few rows or a tile at a time; what they mean is decided here.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BufferedReader
from math import ceil
from typing import NamedTuple

from darkroom.imaging.codecs.libtiff import Tiff, can_unpack, opened_tiff
from darkroom.imaging.errors import corrupt, truncated
from darkroom.imaging.formats.contract import Blocks, EncodedImage, Header, Size
from darkroom.imaging.formats.excerpt import excerpt
from darkroom.imaging.formats.ifd import Directory, written
from darkroom.imaging.formats.webp import WebpImage
from darkroom.imaging.pixels.samples import (
    SampleKind,
    bits_of,
    eight_bits_of,
    white_of,
)
from darkroom.kinds import RAW, Format, unsupported
from PIL import Image, ImageChops

_NEW_SUBFILE_TYPE, _SUBFILE_TYPE, _WIDTH, _HEIGHT, _BITS = 254, 255, 256, 257, 258
_COMPRESSION, _PHOTOMETRIC, _FILL_ORDER, _STRIP_OFFSETS = 259, 262, 266, 273
_ORIENTATION, _SAMPLES, _STRIP_ROWS, _STRIP_BYTES, _PLANES = 274, 277, 278, 279, 284
_PALETTE, _TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_BYTES = 320, 322, 323, 324, 325
_SUB_DIRECTORIES, _INK_SET, _EXTRAS, _SAMPLE_FORMAT = 330, 332, 338, 339
_DNG_VERSION, _XMP, _ICC = 50706, 700, 34675
# Tags that libtiff unpacks by, beside those of places and sizes: whole numbers, and others.
_NUMBERS = (_FILL_ORDER, _PLANES, 292, 293, 317, 512, 513, 514, 515, 519, 520, 521, 530, 531)
_OTHERS = (347, 529, 532)  # tables of JPEG; how YCbCr is made of RGB

_UNCOMPRESSED, _OLD_JPEG, _JPEG, _PACK_BITS, _WEBP = 1, 6, 7, 32773, 50001
_LOGARITHMIC = (34676, 34677)
_WHITE_IS_ZERO, _BLACK_IS_ZERO, _RGB, _INDEXED, _INKS, _YCBCR, _LAB, _ICC_LAB = (
    0,
    1,
    2,
    3,
    5,
    6,
    8,
    9,
)
_LOG_PHOTOMETRICS = (32844, 32845)
# Colour filter array and linear raw (DNG 1.7, chapter 4); the packings of Nikon, Sony and Pentax.
_RAW_PHOTOMETRICS = {32803, 34892}
_RAW_COMPRESSIONS = {32767, 32769, 34713, 65535}
_COLOURS = {
    _WHITE_IS_ZERO: 1,
    _BLACK_IS_ZERO: 1,
    _RGB: 3,
    _INDEXED: 1,
    _INKS: 4,
    _LAB: 3,
    _ICC_LAB: 3,
}
_MODES = {_RGB: "RGB", _INKS: "CMYK", _LAB: "LAB", _ICC_LAB: "LAB"}
_REDUCED, _MASK = 1, 4  # bits of the new subfile type
_REDUCED_BEFORE = 2  # number of the old one
_ASSOCIATED, _UNASSOCIATED = 1, 2
_VOID = 4  # of the sample formats: nobody knows
_MAX_SAMPLES = 64
_COPIES_OF_TAGS = 3  # that Pillow keeps while EXIF is read (measured, Pillow 13.0.0)
_BAND = 64  # rows
_LONG_STRIP = 1 << 22  # bytes unpacked
_TOP_BIT = bytes(value ^ 0x80 for value in range(256))


class _Block(NamedTuple):
    """Rows of a strip, or a tile: where it is, and how large it is unpacked."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Layout:
    """What the samples of a page are, and how they are stored."""

    width: int
    height: int
    bits: int
    kind: SampleKind
    samples: int
    photometric: int
    colours: int
    """Samples of a pixel that are colours; the others are alpha or unknown."""
    alpha: int | None
    """`_ASSOCIATED` or `_UNASSOCIATED` where the first sample behind the colours is alpha."""
    is_planar: bool
    compression: int
    tile: Size | None
    strip_rows: int

    @property
    def kept(self) -> int:
        """Samples of a pixel that are shown."""
        return self.colours + bool(self.alpha)

    @property
    def is_known(self) -> bool:
        """Whether libtiff unpacks it, and its samples have a meaning here."""
        by_bits = {
            SampleKind.FLOATING: self.bits in (16, 32, 64),
            SampleKind.SIGNED: self.bits in (8, 16, 32, 64),
            SampleKind.UNSIGNED: self.bits in (*range(1, 33), 64),
        }[self.kind]
        of_colour = {
            _INDEXED: self.bits <= 8 and self.kind is SampleKind.UNSIGNED,
            _LAB: self.bits in (8, 16) and self.kind is not SampleKind.FLOATING,
            _ICC_LAB: self.bits in (8, 16) and self.kind is not SampleKind.FLOATING,
            _YCBCR: self.bits == 8 and self.samples == 3,
            _LOG_PHOTOMETRICS[0]: self.compression in _LOGARITHMIC,
            _LOG_PHOTOMETRICS[1]: self.compression in _LOGARITHMIC,
        }.get(self.photometric, self.photometric in _COLOURS)
        of_compression = {
            _JPEG: self.bits == 8,
            _WEBP: self.bits == 8 and not self.is_planar and self.mode in ("RGB", "RGBA"),
        }.get(self.compression, can_unpack(self.compression))
        enough = self.colours <= self.samples <= _MAX_SAMPLES
        return by_bits and of_colour and of_compression and enough

    @property
    def has_libtiffs_colours(self) -> bool:
        """Whether libtiff has to know what the samples are, for it makes RGB of them."""
        return self.as_rgba or self.photometric == _YCBCR

    @property
    def as_rgba(self) -> bool:
        """Whether libtiff makes RGBA of it: what is subsampled or logarithmic."""
        return (
            self.compression == _OLD_JPEG
            or self.photometric in _LOG_PHOTOMETRICS
            or (self.photometric == _YCBCR and self.compression != _JPEG)
        )

    @property
    def mode(self) -> str:
        """Pillow's name of the pixels' kind that is made of it."""
        if self.as_rgba or self.photometric == _YCBCR:
            return "RGB"
        if self.photometric == _INDEXED:
            return "RGBA" if self.alpha else "P"
        mode = _MODES.get(self.photometric, "L" if self.colours == 1 else "RGB")
        return mode + "A" if self.alpha and mode in ("L", "RGB") else mode

    @property
    def by_strips(self) -> bool:
        """Whether a strip is unpacked whole, in which some writers pack over the ends of rows.

        Long ones are unpacked row by row, and so are those that are not packed at all.
        """
        strip = self.strip_rows * self.width * self.samples * ceil(self.bits / 8)
        is_packed = self.compression != _UNCOMPRESSED
        always = self.compression in (_PACK_BITS, _WEBP) or self.as_rgba
        return always or (is_packed and strip <= _LONG_STRIP)

    @property
    def block_size(self) -> Size:
        """Width and height of what is unpacked at once: a tile, or strips or rows of a band."""
        if self.tile:
            return self.tile
        if not self.by_strips:
            return self.width, min(self.height, _BAND)
        alone = self.as_rgba or self.compression == _WEBP
        return self.width, self.strip_rows * (1 if alone else max(1, _BAND // self.strip_rows))

    def blocks(self) -> Iterator[_Block]:
        """What is unpacked at once, from the top."""
        across, down = self.block_size
        for top in range(0, self.height, down):
            for left in range(0, self.width, across):
                rows = down if self.tile else min(down, self.height - top)
                yield _Block(left, top, across, rows)

    def unpacking_bytes(self) -> int:
        """Working memory: what is unpacked at once, also libtiff's own, and planes apart."""
        across, down = self.block_size
        pixel = 2 * self.samples * ceil(self.bits / 8) + 8
        whole = across * down * pixel
        if self.compression in (_JPEG, _OLD_JPEG):  # its coefficients, should it be progressive
            whole += 2 * self.samples * across * (down if self.tile else self.strip_rows)
        return whole + (self.width * self.height * self.samples if self.is_planar else 0)


class TiffImage(EncodedImage):
    """A TIFF. Its tags are its EXIF, so the EXIF block is the whole file."""

    format = Format.TIFF

    def read_header(self) -> Header:
        """Raises CorruptImage or TruncatedImage, and UnsupportedFormat for a camera's raw file, or
        for a kind of TIFF that libtiff does not unpack or that has no meaning here.

        Raw files are TIFFs by their first bytes, and most open as the small preview they begin
        with.
        """
        try:
            first = Directory(self.data)
        except struct.error as error:
            raise truncated() from error
        if _is_raw(first):
            raise unsupported(RAW)
        self._page = page = _picture_among(first)
        self._layout = layout = _layout(page)
        orientation = page.number(_ORIENTATION) or 0
        offsets, lengths = self._places()
        ends = (start + length for start, length in zip(offsets, lengths, strict=False))
        return Header(
            width=layout.width,
            height=layout.height,
            orientation=orientation if 1 <= orientation <= 8 else None,
            bit_depth=layout.bits,
            is_complete=all(end <= len(self.data) for end in ends),
            decoder_bytes=layout.unpacking_bytes() + _COPIES_OF_TAGS * first.tag_bytes(),
        )

    def read_blocks(self) -> Blocks:
        """See `EncodedImage`. The EXIF block is the whole file, with XMP and IPTC in it."""
        packet, profile = self._page.raw(_XMP), self._page.raw(_ICC)
        return Blocks(
            exif=self.data,
            xmp=(packet[2],) if packet else (),
            icc=profile[2] if profile else None,
        )

    @property
    def mode(self) -> str:
        """Pillow's name of the pixels' kind, as they are decoded."""
        return self._layout.mode

    def decode_at(self, scale: int) -> Image.Image:
        """See `EncodedImage`. Mode L, LA, P, RGB, RGBA, CMYK or LAB."""
        layout = self._layout
        if layout.compression == _WEBP:
            return self._put_together(self._inner_pictures())
        file, size = self._rewritten()
        with opened_tiff(file, size) as tiff:
            if layout.as_rgba:
                return self._put_together(_rgba(tiff, layout))
            white = white_of(_all_rows(tiff, layout), layout.bits, layout.kind)
            if layout.is_planar:  # plane by plane, for a strip is unpacked from its beginning
                return self._joined(
                    self._put_together(
                        (
                            (block, Image.frombytes("L", block[2:], found))
                            for block, found in _levels(tiff, layout, white, plane)
                        ),
                        "L",
                    )
                    for plane in range(layout.kept)
                )
            blocks = _levels(tiff, layout, white)
            return self._put_together(
                (block, self._parted(found, block[2:])) for block, found in blocks
            )

    def _put_together(
        self, parts: Iterable[tuple[_Block, Image.Image]], mode: str | None = None
    ) -> Image.Image:
        picture = Image.new(mode or self.mode, self.size)
        if picture.mode == "P":
            picture.putpalette(_palette(self._page, self._layout.bits))
        for block, part in parts:
            picture.paste(part, (block.left, block.top))
        return picture

    def _parted(self, levels: bytes, size: Size) -> Image.Image:
        """A block whose samples stand together, `samples` of them to a pixel, as pixels."""
        count = self._layout.samples
        if count == len(self.mode) and self.mode in ("RGB", "CMYK"):
            return Image.frombuffer(self.mode, size, levels, "raw", self.mode, 0, 1)
        kept = range(self._layout.kept)
        return self._joined(Image.frombytes("L", size, levels[n::count]) for n in kept)

    def _joined(self, planes: Iterable[Image.Image]) -> Image.Image:
        """The pixels of planes, each of mode L: the colours, then alpha if there is any."""
        layout = self._layout
        colours = list(planes)
        alpha = colours.pop() if layout.alpha else None
        if layout.photometric == _WHITE_IS_ZERO:
            colours = [ImageChops.invert(plane) for plane in colours]
        if layout.photometric == _LAB:  # a and b have a sign; Pillow's have none
            colours[1:] = [plane.point(_TOP_BIT) for plane in colours[1:]]
        if layout.photometric == _INDEXED:
            indexed = Image.frombytes("P", colours[0].size, colours[0].tobytes())
            indexed.putpalette(_palette(self._page, layout.bits))
            if alpha is None:
                return indexed
            mixed = indexed.convert("RGB")
            mixed.putalpha(alpha)
            return mixed
        mode = self.mode.removesuffix("A") if alpha else self.mode
        if alpha is None or mode == "CMYK":
            if alpha and layout.alpha == _UNASSOCIATED:  # on paper
                colours = [ImageChops.multiply(plane, alpha) for plane in colours]
            return Image.merge(mode, colours) if len(colours) > 1 else colours[0]
        if layout.alpha == _ASSOCIATED:
            return Image.merge(mode + "a", [*colours, alpha]).convert(self.mode)
        return Image.merge(self.mode, [*colours, alpha])

    def _inner_pictures(self) -> Iterator[tuple[_Block, Image.Image]]:
        """The blocks of a page, each of which is a WebP."""
        places = self._layout.blocks(), *self._places()
        for block, start, length in zip(*places, strict=False):
            inner = WebpImage(self.data[start : start + length], self.limits)
            if inner.size[0] > block.width or inner.size[1] > block.height:
                raise corrupt()
            yield block, inner.decode_at(1).convert(self.mode)

    def _places(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Where strips or tiles begin, and their lengths."""
        tags = (_TILE_OFFSETS, _TILE_BYTES) if self._layout.tile else (_STRIP_OFFSETS, _STRIP_BYTES)
        offsets, lengths = (self._page.numbers(tag) for tag in tags)
        return offsets, lengths

    def _rewritten(self) -> tuple[BufferedReader, int]:
        """A classic TIFF with what libtiff needs of the page, and its size in bytes.

        The page's new directory stands behind the file, so that everything else stays where it is.
        """
        layout, page = self._layout, self._page
        numbers = {tag: page.numbers(tag) for tag in _NUMBERS}
        offsets, lengths = self._places()
        tile = (_TILE_OFFSETS, _TILE_BYTES) if layout.tile else (_STRIP_OFFSETS, _STRIP_BYTES)
        across, down = layout.tile or (0, 0)
        numbers |= {
            _WIDTH: (layout.width,), _HEIGHT: (layout.height,), _SAMPLES: (layout.samples,),
            _BITS: (layout.bits,) * layout.samples, _COMPRESSION: (layout.compression,),
            _SAMPLE_FORMAT: (layout.kind.value,) * layout.samples,
            _PHOTOMETRIC: (layout.photometric if layout.has_libtiffs_colours else _BLACK_IS_ZERO,),
            _STRIP_ROWS: () if layout.tile else (layout.strip_rows,),
            _TILE_WIDTH: (across,) * bool(across), _TILE_HEIGHT: (down,) * bool(down),
            tile[0]: offsets, tile[1]: lengths,
        }  # fmt: skip
        order, end = page.order, len(self.data) + len(self.data) % 2
        raw = {tag: found for tag in _OTHERS if (found := page.raw(tag))}
        known = {tag: values for tag, values in numbers.items() if values}
        directory = written(order, end, known, raw)
        start = self.data[:2] + struct.pack(order + "HI", 42, end)
        rest = memoryview(self.data)[len(start) :]
        return excerpt([start, rest, bytes(end - len(self.data)), directory]), end + len(directory)


def _levels(
    tiff: Tiff, layout: _Layout, white: float, plane: int = 0
) -> Iterator[tuple[_Block, bytes]]:
    """Each block, and its samples as bytes, one for each."""
    for block, rows, across in _unpacked(tiff, layout, plane):
        if layout.photometric == _INDEXED and layout.bits < 8:
            (found,) = bits_of(rows, across, [range(layout.bits)], layout.bits)
        else:
            found = eight_bits_of(rows, across, layout.bits, layout.kind, white)
        yield block, found


def _unpacked(tiff: Tiff, layout: _Layout, plane: int) -> Iterator[tuple[_Block, bytes, int]]:
    """Each block, its samples as they are stored, and how many of them are in a row."""
    for block in layout.blocks():
        across = block.width * (1 if layout.is_planar else layout.samples)
        if layout.tile:
            rows = tiff.tile(block.left, block.top, plane)
        elif layout.by_strips:
            row_bytes = ceil(across * layout.bits / 8)
            lefts = range(block.height, 0, -layout.strip_rows)
            sizes = [row_bytes * min(left, layout.strip_rows) for left in lefts]
            rows = tiff.strips(block.top, plane, sizes)
        else:
            rows = tiff.rows(block.top, block.height, plane)
        if len(rows) != ceil(across * layout.bits / 8) * block.height:
            raise OSError("rows have another length than they should")
        yield block, rows, across


def _all_rows(tiff: Tiff, layout: _Layout) -> Iterator[bytes]:
    """The samples of all colours, a block after the other."""
    for plane in range(layout.colours if layout.is_planar else 1):
        for _, rows, _ in _unpacked(tiff, layout, plane):
            yield rows


def _rgba(tiff: Tiff, layout: _Layout) -> Iterator[tuple[_Block, Image.Image]]:
    for block in layout.blocks():
        size, is_tile = (block.width, block.height), layout.tile is not None
        pixels = tiff.rgba(block.left, block.top, size, is_tile=is_tile)
        yield block, Image.frombuffer("RGB", size, pixels, "raw", "RGBX", 0, -1)


def _picture_among(first: Directory) -> Directory:
    """The first page that is neither a smaller copy of another nor a mask."""
    for page in first.following():
        is_reduced = (page.number(_NEW_SUBFILE_TYPE) or 0) & (_REDUCED | _MASK)
        is_reduced |= page.number(_SUBFILE_TYPE) == _REDUCED_BEFORE
        if page.number(_WIDTH) and not is_reduced:
            return page
    return first


def _is_raw(directory: Directory) -> bool:
    """Whether it is a camera's raw file."""
    preview_first = (directory.number(_NEW_SUBFILE_TYPE) or 0) & _REDUCED
    return (
        _DNG_VERSION in directory
        or directory.number(_PHOTOMETRIC) in _RAW_PHOTOMETRICS
        or directory.number(_COMPRESSION) in _RAW_COMPRESSIONS
        or bool(preview_first and _SUB_DIRECTORIES in directory)
    )


def _layout(page: Directory) -> _Layout:
    """What a page's samples are. Raises CorruptImage, and UnsupportedFormat for unknown kinds."""
    width, height = page.number(_WIDTH), page.number(_HEIGHT)
    if not width or not height:
        raise corrupt()
    samples = page.number(_SAMPLES) or 1
    bits = set(page.numbers(_BITS, most=samples)) or {1}
    kinds = {kind if kind != _VOID else 1 for kind in page.numbers(_SAMPLE_FORMAT, most=samples)}
    compression = page.number(_COMPRESSION) or _UNCOMPRESSED
    photometric = page.number(_PHOTOMETRIC)
    if photometric is None:
        photometric = _RGB if samples >= 3 else _WHITE_IS_ZERO
    if photometric in (_WHITE_IS_ZERO, _BLACK_IS_ZERO) and samples in (3, 4):
        photometric = _RGB  # as scientific programs write colours
    if photometric == _YCBCR and samples == 1:
        photometric = _BLACK_IS_ZERO
    tile = page.number(_TILE_WIDTH), page.number(_TILE_HEIGHT)
    colours = _COLOURS.get(photometric, samples)
    layout = _Layout(
        width=width,
        height=height,
        bits=max(bits),
        kind=SampleKind(min(kinds or {1})) if kinds <= {1, 2, 3} else SampleKind.UNSIGNED,
        samples=samples,
        photometric=photometric,
        colours=colours,
        alpha=_alpha(page, samples, colours),
        is_planar=page.number(_PLANES) == 2 and samples > 1,
        compression=compression,
        tile=(tile[0], tile[1]) if tile[0] and tile[1] else None,
        strip_rows=min(height, page.number(_STRIP_ROWS) or height),
    )
    is_uniform = len(bits) == 1 and len(kinds) <= 1 and kinds <= {1, 2, 3}
    if not is_uniform or not layout.is_known or page.number(_INK_SET) not in (None, 1):
        raise unsupported("a kind of TIFF picture")
    return layout


def _alpha(page: Directory, samples: int, colours: int) -> int | None:
    """`_ASSOCIATED` or `_UNASSOCIATED` where alpha follows on the colours."""
    if samples <= colours:
        return None
    if _EXTRAS not in page:  # as old programs write it
        return _UNASSOCIATED if samples == colours + 1 else None
    extras = page.numbers(_EXTRAS, most=samples)
    place = colours - (samples - len(extras))
    found = extras[place] if 0 <= place < len(extras) else 0
    return {0: None, _ASSOCIATED: _ASSOCIATED}.get(found, _UNASSOCIATED)


def _palette(page: Directory, bits: int) -> bytes:
    """The colours of an index, of 8 bits each."""
    levels = page.numbers(_PALETTE)
    count = 1 << bits
    if len(levels) < 3 * count:
        raise ValueError("the palette has too few colours")
    # Some programs write 8 bits into the 16.
    shift = 8 if max(levels) > 255 else 0
    return bytes(levels[n + count * channel] >> shift for n in range(count) for channel in range(3))
