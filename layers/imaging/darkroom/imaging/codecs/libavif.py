"""AVIF, decoded by the libavif that Pillow brings.

Pillow would take 12 to 17 bytes a pixel: the decoder's planes and three copies as RGB. It would
also decode AV1 that is larger than the file says. Here the planes, 1.5 to 8 bytes a pixel, become
RGB a band at a time, and no AV1 larger than the limit is decoded.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import (
    CFUNCTYPE,
    c_char,
    c_char_p,
    c_double,
    c_int,
    c_size_t,
    c_uint32,
    c_uint64,
    c_void_p,
)
from functools import cache
from typing import ClassVar, NamedTuple

from darkroom.imaging.codecs.memory import MemoryBudget
from darkroom.imaging.limits import ImageLimits
from PIL import Image, _avif

_BAND = 64  # rows; a multiple of every scale
# Rows above and below a band, so that subsampled chroma is interpolated as in the whole picture. An
# even number, because subsampled chroma cannot begin at an odd row.
_OVERLAP = 2
_OK = 0  # AVIF_RESULT_OK
_GREY = 4  # AVIF_PIXEL_FORMAT_YUV400
_FORMATS = {"RGB": 0, "RGBA": 1, "L": 7}  # AVIF_RGB_FORMAT_RGB, _RGBA, _GRAY
_ALPHA_ISPE_REQUIRED = 4  # the one of avifStrictFlags that Pillow leaves on


class _Image(ctypes.Structure):
    """The beginning of avifImage, as in every libavif 1.x (avif/avif.h)."""

    _fields_: ClassVar = [
        ("width", c_uint32),
        ("height", c_uint32),
        ("depth", c_uint32),
        ("yuv_format", c_int),
        ("yuv_range", c_int),
        ("chroma_sample_position", c_int),
        ("yuv_planes", c_void_p * 3),
        ("yuv_row_bytes", c_uint32 * 3),
        ("owns_yuv_planes", c_int),
        ("alpha_plane", c_void_p),
    ]


class _Timing(ctypes.Structure):
    """avifImageTiming; seconds."""

    _fields_: ClassVar = [
        ("timescale", c_uint64),
        ("pts", c_double),
        ("pts_in_timescales", c_uint64),
        ("duration", c_double),
        ("duration_in_timescales", c_uint64),
    ]


class _Decoder(ctypes.Structure):
    """The beginning of avifDecoder."""

    _fields_: ClassVar = [
        ("codec_choice", c_int),
        ("max_threads", c_int),
        ("requested_source", c_int),
        ("allow_progressive", c_int),
        ("allow_incremental", c_int),
        ("ignore_exif", c_int),
        ("ignore_xmp", c_int),
        ("image_size_limit", c_uint32),
        ("image_dimension_limit", c_uint32),
        ("image_count_limit", c_uint32),
        ("strict_flags", c_uint32),
        ("image", ctypes.POINTER(_Image)),
        ("image_index", c_int),
        ("image_count", c_int),
        ("progressive_state", c_int),
        ("timing", _Timing),
        ("timescale", c_uint64),
        ("duration", c_double),
        ("duration_in_timescales", c_uint64),
        ("repetition_count", c_int),
        ("has_alpha", c_int),
    ]


class _Rectangle(ctypes.Structure):
    """avifCropRect."""

    _fields_: ClassVar = [(name, c_uint32) for name in ("left", "top", "width", "height")]


class _Pixels(ctypes.Structure):
    """avifRGBImage."""

    _fields_: ClassVar = [
        ("width", c_uint32),
        ("height", c_uint32),
        ("depth", c_uint32),
        ("format", c_int),
        ("upsampling", c_int),
        ("downsampling", c_int),
        ("avoid_libyuv", c_int),
        ("ignore_alpha", c_int),
        ("alpha_premultiplied", c_int),
        ("is_float", c_int),
        ("max_threads", c_int),
        ("pixels", c_void_p),
        ("row_bytes", c_uint32),
    ]


class _Bytes(ctypes.Structure):
    """avifROData."""

    _fields_: ClassVar = [("data", c_void_p), ("size", c_size_t)]


_READ = CFUNCTYPE(c_int, c_void_p, c_uint32, c_uint64, c_size_t, ctypes.POINTER(_Bytes))


class _Source(ctypes.Structure):
    """avifIO."""

    _fields_: ClassVar = [
        ("destroy", c_void_p),
        ("read", _READ),
        ("write", c_void_p),
        ("size_hint", c_uint64),
        ("is_persistent", c_int),
        ("data", c_void_p),
    ]


class AvifFacts(NamedTuple):
    """What libavif sees in a file."""

    size: tuple[int, int]
    """As it is stored, not turned."""
    mode: str
    """Of what is decoded: L, RGB or RGBA."""
    frames: int


def avif_facts(data: bytes, limits: ImageLimits) -> AvifFacts:
    """What the file holds. Raises OSError where libavif cannot read it."""
    with _parsed(data, limits) as decoder:
        image = decoder.image.contents
        mode = _mode(image, has_alpha=bool(decoder.has_alpha))
        return AvifFacts((image.width, image.height), mode, decoder.image_count)


def avif_frames(
    data: bytes, limits: ImageLimits, scale: int = 1
) -> Iterator[tuple[Image.Image, int]]:
    """A still, or the frames of a sequence, and the milliseconds that each is shown.

    As they are stored, not turned, each side divided by `scale` (1, 2, 4 or 8): a pixel is the
    average of those that it stands for. Mode L, RGB, or RGBA with alpha.

    Raises:
        OSError: libavif cannot decode it, or some of it has more pixels than allowed.
        ImageTooLarge: it takes more memory than there is for a picture.
    """
    with _parsed(data, limits) as decoder:
        pixels = decoder.image.contents.width * decoder.image.contents.height
        budget = MemoryBudget(limits.max_memory - len(data) - 4 * pixels // scale**2, pixels)
        for _ in range(decoder.image_count):
            with budget.spending():
                _check(_library().avifDecoderNextImage(decoder))
            yield _picture(decoder.image, scale), round(1000 * decoder.timing.duration)


@contextmanager
def _parsed(data: bytes, limits: ImageLimits) -> Iterator[_Decoder]:
    library = _library()
    decoder, source = library.avifDecoderCreate(), _source_of(data)
    try:
        settings: _Decoder = decoder.contents
        settings.max_threads = 1  # each thread takes memory of its own
        settings.image_size_limit = limits.max_pixels
        settings.strict_flags = _ALPHA_ISPE_REQUIRED
        settings.ignore_exif = settings.ignore_xmp = 1  # or libavif refuses broken ones
        library.avifDecoderSetIO(decoder, source)
        _check(library.avifDecoderParse(decoder))
        yield settings
    finally:
        library.avifDecoderDestroy(decoder)


def _source_of(data: bytes) -> _Source:
    """The file for libavif, which would refuse one that is cut short before it reads a frame.

    Whatever it asks for behind the end is missing only then.
    """
    start = ctypes.cast(c_char_p(data), c_void_p).value or 0

    def read(_: int, __: int, offset: int, size: int, out: ctypes._Pointer[_Bytes]) -> int:
        first = min(offset, len(data))
        out.contents.data, out.contents.size = start + first, min(size, len(data) - first)
        return _OK

    return _Source(read=_READ(read), is_persistent=1)


def _picture(image: ctypes._Pointer[_Image], scale: int) -> Image.Image:
    width, height = image.contents.width, image.contents.height
    picture = Image.new(_mode_of(image), (-(-width // scale), -(-height // scale)))
    for top in range(0, height, _BAND):
        band = _band(image, top, min(top + _BAND, height))
        picture.paste(band.reduce(scale), (0, top // scale))
    return picture


def _mode_of(image: ctypes._Pointer[_Image]) -> str:
    return _mode(image.contents, has_alpha=bool(image.contents.alpha_plane))


def _mode(image: _Image, *, has_alpha: bool) -> str:
    if has_alpha:
        return "RGBA"
    return "L" if image.yuv_format == _GREY else "RGB"


def _band(image: ctypes._Pointer[_Image], top: int, bottom: int) -> Image.Image:
    """The rows of the picture from `top` to `bottom`, in colour."""
    library, mode, width = _library(), _mode_of(image), image.contents.width
    first = max(0, top - _OVERLAP)
    rows = min(bottom + _OVERLAP, image.contents.height) - first
    view = library.avifImageCreateEmpty()
    try:
        _check(library.avifImageSetViewRect(view, image, _Rectangle(0, first, width, rows)))
        rgb = _Pixels()
        library.avifRGBImageSetDefaults(rgb, view)
        rgb.depth, rgb.format, rgb.row_bytes = 8, _FORMATS[mode], width * len(mode)
        pixels = bytearray(rgb.row_bytes * rows)
        rgb.pixels = ctypes.addressof(c_char.from_buffer(pixels))
        _check(library.avifImageYUVToRGB(view, rgb))
    finally:
        library.avifImageDestroy(view)
    band = Image.frombuffer(mode, (width, rows), pixels, "raw", mode, 0, 1)
    return band.crop((0, top - first, width, bottom - first))


def _check(result: int) -> None:
    if result != _OK:
        reason = _library().avifResultToString(result).decode()
        raise OSError(f"libavif cannot decode this picture: {reason}")


@cache
def _library() -> ctypes.CDLL:
    """libavif as Pillow has it, found through the module that is linked against it."""
    library = ctypes.CDLL(_avif.__file__, use_errno=True)
    decoder, image = ctypes.POINTER(_Decoder), ctypes.POINTER(_Image)
    pixels = ctypes.POINTER(_Pixels)
    library.avifDecoderCreate.restype = decoder
    library.avifDecoderSetIO.argtypes = [decoder, ctypes.POINTER(_Source)]
    library.avifDecoderSetIO.restype = None
    library.avifDecoderParse.argtypes = [decoder]
    library.avifDecoderNextImage.argtypes = [decoder]
    library.avifDecoderDestroy.argtypes = [decoder]
    library.avifImageCreateEmpty.restype = image
    library.avifImageSetViewRect.argtypes = [image, image, ctypes.POINTER(_Rectangle)]
    library.avifImageYUVToRGB.argtypes = [image, pixels]
    library.avifImageDestroy.argtypes = [image]
    library.avifRGBImageSetDefaults.argtypes = [pixels, image]
    library.avifResultToString.argtypes = [c_int]
    library.avifResultToString.restype = c_char_p
    return library
