"""HEIC, decoded by the libheif that pillow-heif brings.

pillow-heif takes 10 to 16 bytes a pixel: all tiles joined, their pixels as RGB, and a copy of those
for Pillow. Here a picture of tiles, as phones and cameras write it, is decoded tile by tile, and
each tile is made smaller before the next one.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint8, c_uint32, c_void_p, string_at
from functools import cache
from typing import ClassVar, NamedTuple

from darkroom.imaging.codecs.memory import MemoryBudget
from darkroom.imaging.limits import ImageLimits
from PIL import Image

_BAND = 256  # rows; a multiple of every scale
_MONOCHROME = 2  # heif_colorspace_monochrome
# Pillow's mode to heif_colorspace, heif_chroma, heif_channel (libheif/heif_image.h).
_FORMS = {"L": (2, 0, 0), "RGB": (1, 10, 10), "RGBA": (1, 11, 10), "RGBa": (1, 11, 10)}
_MIRROR, _ROTATION = (int.from_bytes(name, "big") for name in (b"imir", b"irot"))
_TURNS = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}
_SIDEWAYS = (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270)
_FLIPS = {0: Image.Transpose.FLIP_TOP_BOTTOM, 1: Image.Transpose.FLIP_LEFT_RIGHT}
_MAX_TRANSPOSES = 8

Size = tuple[int, int]


class _Error(ctypes.Structure):
    """heif_error."""

    _fields_: ClassVar = [("code", c_int), ("subcode", c_int), ("message", c_char_p)]


class _Options(ctypes.Structure):
    """The beginning of heif_decoding_options."""

    _fields_: ClassVar = [
        ("version", c_uint8),
        ("ignore_transformations", c_uint8),
        ("callbacks", c_void_p * 4),
        ("convert_hdr_to_8bit", c_uint8),
    ]


class _Tiling(ctypes.Structure):
    """heif_image_tiling."""

    _fields_: ClassVar = [
        ("version", c_int),
        ("columns", c_uint32),
        ("rows", c_uint32),
        ("tile_width", c_uint32),
        ("tile_height", c_uint32),
        ("width", c_uint32),
        ("height", c_uint32),
        ("top_offset", c_uint32),
        ("left_offset", c_uint32),
        ("extra_dimensions", c_uint8),
        ("extra_dimension_size", c_uint32 * 8),
    ]


class HeifFacts(NamedTuple):
    """What libheif sees of the primary image."""

    size: tuple[int, int]
    """Upright."""
    mode: str
    """Of what is decoded: L, RGB, RGBA or RGBa."""
    bit_depth: int


def heif_facts(data: bytes) -> HeifFacts:
    """What the file's primary image is. Raises OSError where libheif cannot read it."""
    library = _library()
    with _primary(data) as (_, handle):
        space, chroma = c_int(), c_int()
        _check(
            library.heif_image_handle_get_preferred_decoding_colorspace(
                handle, byref(space), byref(chroma)
            )
        )
        size = (
            library.heif_image_handle_get_width(handle),
            library.heif_image_handle_get_height(handle),
        )
        mode = "L" if space.value == _MONOCHROME else "RGB"
        if library.heif_image_handle_has_alpha_channel(handle):
            mode = "RGBa" if library.heif_image_handle_is_premultiplied_alpha(handle) else "RGBA"
        return HeifFacts(size, mode, library.heif_image_handle_get_luma_bits_per_pixel(handle))


def heif_picture(
    data: bytes, size: tuple[int, int], mode: str, limits: ImageLimits, scale: int
) -> Image.Image:
    """The primary image, upright, each side divided by `scale` (1, 2, 4 or 8).

    A pixel is the average of those that it stands for.

    `size` in pixels, upright, and `mode` are those of `heif_facts`.

    Raises:
        OSError: libheif cannot decode it, or it has another size.
        ImageTooLarge: it takes more memory than there is for a picture.
    """
    library = _library()
    with _primary(data) as (context, handle):
        transposes = _transposes(context, handle)
        tiling = _Tiling()
        _check(library.heif_image_handle_get_image_tiling(handle, 0, byref(tiling)))
        pixels = size[0] * size[1]
        room = limits.max_memory - len(data) - 4 * pixels // scale**2
        if transposes is None or not _can_be_joined(tiling, mode, scale):
            with _decoded(handle, mode, MemoryBudget(room, pixels)) as image:
                return _smaller(image, size, size, mode, scale)
        stored = tiling.width, tiling.height
        sideways = sum(transpose in _SIDEWAYS for transpose in transposes) % 2
        _expect(size, stored[::-1] if sideways else stored)
        small_size = -(-tiling.width // scale), -(-tiling.height // scale)
        picture = Image.new(mode, small_size[::-1] if sideways else small_size)
        budget = MemoryBudget(room, tiling.tile_width * tiling.tile_height)
        for row in range(tiling.rows):
            for column in range(tiling.columns):
                left, top = column * tiling.tile_width, row * tiling.tile_height
                with _decoded(handle, mode, budget, (column, row)) as tile:
                    sides = tiling.tile_width, tiling.tile_height
                    seen = tiling.width - left, tiling.height - top
                    small = _smaller(tile, sides, seen, mode, scale)
                place = left // scale, top // scale
                whole = small_size
                for transpose in transposes:  # a tile alone: two whole pictures have no room
                    place = _place_after(transpose, place, small.size, whole)
                    small = small.transpose(transpose)
                    whole = whole[::-1] if transpose in _SIDEWAYS else whole
                picture.paste(small, place)
    return picture


def _place_after(transpose: Image.Transpose, place: Size, size: Size, picture: Size) -> Size:
    """Where a part of a picture is after it was turned."""
    (left, top), (width, height) = place, size
    right, bottom = picture[0] - left - width, picture[1] - top - height
    return {
        Image.Transpose.ROTATE_90: (top, right),
        Image.Transpose.ROTATE_180: (right, bottom),
        Image.Transpose.ROTATE_270: (bottom, left),
        Image.Transpose.FLIP_LEFT_RIGHT: (right, top),
        Image.Transpose.FLIP_TOP_BOTTOM: (left, bottom),
    }[transpose]


def _can_be_joined(tiling: _Tiling, mode: str, scale: int) -> bool:
    """Whether tiles can be decoded one by one: with alpha, libheif mixes up their places."""
    several = tiling.columns * tiling.rows > 1
    across, down = tiling.tile_width, tiling.tile_height
    covered = tiling.width <= tiling.columns * across and tiling.height <= tiling.rows * down
    return several and covered and mode in ("L", "RGB") and not across % scale and not down % scale


def _transposes(context: c_void_p, handle: c_void_p) -> list[Image.Transpose] | None:
    """The turns and flips of the picture, in their order; None if it is cropped, too."""
    library = _library()
    item = library.heif_image_handle_get_item_id(handle)
    found = (c_uint32 * _MAX_TRANSPOSES)()
    count = library.heif_item_get_transformation_properties(context, item, found, _MAX_TRANSPOSES)
    transposes = []
    for which in found[:count]:
        kind = library.heif_item_get_property_type(context, item, which)
        if kind == _ROTATION:
            angle = library.heif_item_get_property_transform_rotation_ccw(context, item, which)
            if angle:
                transposes.append(_TURNS[angle])
        elif kind == _MIRROR:
            direction = library.heif_item_get_property_transform_mirror(context, item, which)
            transposes.append(_FLIPS[direction])
        else:
            return None
    return transposes


def _smaller(
    image: c_void_p, size: tuple[int, int], seen: tuple[int, int], mode: str, scale: int
) -> Image.Image:
    """The pixels of a decoded image of this size, at the scale.

    Of the last tiles of a row or column only the part that is `seen` is kept.
    """
    library = _library()
    channel = _FORMS[mode][2]
    sides = library.heif_image_get_width, library.heif_image_get_height
    _expect(size, tuple(side(image, channel) for side in sides))
    stride = c_int()
    pixels = library.heif_image_get_plane_readonly(image, channel, byref(stride))
    if not pixels:
        raise OSError("libheif has no pixels of this picture")
    width, height = (min(sides) for sides in zip(size, seen, strict=True))
    picture = Image.new(mode, (-(-width // scale), -(-height // scale)))
    for top in range(0, height, _BAND):
        rows = min(_BAND, height - top)
        body = string_at(pixels + top * stride.value, rows * stride.value)
        band = Image.frombuffer(mode, (width, rows), body, "raw", mode, stride.value, 1)
        picture.paste(band.reduce(scale), (0, top // scale))
    return picture


@contextmanager
def _primary(data: bytes) -> Iterator[tuple[c_void_p, c_void_p]]:
    """libheif's handles of the file and of its primary image."""
    library = _library()
    context, handle = c_void_p(library.heif_context_alloc()), c_void_p()
    try:
        _check(library.heif_context_read_from_memory_without_copy(context, data, len(data), None))
        # Each thread would take memory of its own.
        library.heif_context_set_max_decoding_threads(context, 0)
        _check(library.heif_context_get_primary_image_handle(context, byref(handle)))
        yield context, handle
    finally:
        if handle:
            library.heif_image_handle_release(handle)
        library.heif_context_free(context)


@contextmanager
def _decoded(
    handle: c_void_p, mode: str, budget: MemoryBudget, tile: tuple[int, int] | None = None
) -> Iterator[c_void_p]:
    """libheif's decoded image: a tile as it is stored, or the whole picture, upright."""
    library = _library()
    options, image = library.heif_decoding_options_alloc(), c_void_p()
    options.contents.convert_hdr_to_8bit = 1
    options.contents.ignore_transformations = tile is not None
    space, chroma, _ = _FORMS[mode]
    arguments = handle, byref(image), space, chroma, options
    try:
        with budget.spending():
            if tile is None:
                _check(library.heif_decode_image(*arguments))
            else:
                _check(library.heif_image_handle_decode_image_tile(*arguments, *tile))
        yield image
    finally:
        if image:
            library.heif_image_release(image)
        library.heif_decoding_options_free(options)


def _expect(expected: tuple[int, int], found: tuple[int, ...]) -> None:
    if found != expected:
        raise OSError(f"this picture is of {found} pixels where its header says {expected}")


def _check(result: _Error) -> None:
    if result.code:
        reason = (result.message or b"").decode("utf-8", "replace")
        raise OSError(f"libheif cannot decode this picture: {reason}")


@cache
def _library() -> ctypes.CDLL:
    """libheif as pillow-heif has it, found through the module that is linked against it."""
    import _pillow_heif

    library = ctypes.CDLL(_pillow_heif.__file__, use_errno=True)
    for name, result, *arguments in (
        ("heif_context_alloc", c_void_p),
        ("heif_context_free", None, c_void_p),
        ("heif_context_get_primary_image_handle", _Error, c_void_p, POINTER(c_void_p)),
        (
            "heif_context_read_from_memory_without_copy",
            _Error, c_void_p, c_char_p, c_size_t, c_void_p,
        ),
        ("heif_context_set_max_decoding_threads", None, c_void_p, c_int),
        ("heif_decode_image", _Error, c_void_p, POINTER(c_void_p), c_int, c_int, POINTER(_Options)),
        ("heif_decoding_options_alloc", POINTER(_Options)),
        ("heif_decoding_options_free", None, POINTER(_Options)),
        (
            "heif_image_handle_decode_image_tile",
            _Error, c_void_p, POINTER(c_void_p), c_int, c_int, POINTER(_Options),
            c_uint32, c_uint32,
        ),
        ("heif_image_handle_get_image_tiling", _Error, c_void_p, c_int, POINTER(_Tiling)),
        ("heif_image_handle_get_height", c_int, c_void_p),
        ("heif_image_handle_get_item_id", c_uint32, c_void_p),
        ("heif_image_handle_get_luma_bits_per_pixel", c_int, c_void_p),
        (
            "heif_image_handle_get_preferred_decoding_colorspace",
            _Error, c_void_p, POINTER(c_int), POINTER(c_int),
        ),
        ("heif_image_handle_get_width", c_int, c_void_p),
        ("heif_image_handle_has_alpha_channel", c_int, c_void_p),
        ("heif_image_handle_is_premultiplied_alpha", c_int, c_void_p),
        ("heif_image_handle_release", None, c_void_p),
        ("heif_image_get_height", c_int, c_void_p, c_int),
        ("heif_image_get_plane_readonly", c_void_p, c_void_p, c_int, POINTER(c_int)),
        ("heif_image_get_width", c_int, c_void_p, c_int),
        ("heif_image_release", None, c_void_p),
        ("heif_item_get_property_transform_mirror", c_int, c_void_p, c_uint32, c_uint32),
        ("heif_item_get_property_transform_rotation_ccw", c_int, c_void_p, c_uint32, c_uint32),
        ("heif_item_get_property_type", c_uint32, c_void_p, c_uint32, c_uint32),
        (
            "heif_item_get_transformation_properties",
            c_int, c_void_p, c_uint32, POINTER(c_uint32), c_int,
        ),
    ):  # fmt: skip
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
