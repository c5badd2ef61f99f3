"""WebP, decoded by the libwebp that Pillow brings.

Pillow reads every WebP as an animation, at full size, which takes 17 bytes a pixel: two canvases
and two copies. libwebp itself needs none of them, and scales while it decodes.
"""

from __future__ import annotations

import ctypes
from ctypes import c_char, c_char_p, c_int, c_size_t, c_uint32, c_void_p
from functools import cache
from typing import ClassVar

from PIL import Image, _webp

# Version of the interface that the structure below belongs to. libwebp accepts versions with the
# same first byte and refuses others (webp/decode.h of libwebp 1.6).
_DECODER_ABI = 0x0210
_OK = 0  # VP8_STATUS_OK
_COLOUR_SPACES = {"RGB": 0, "RGBA": 1}  # MODE_RGB, MODE_RGBA


class _Config(ctypes.Structure):
    """WebPDecoderConfig: features of the input, output buffer, options."""

    _fields_: ClassVar = [
        ("features", c_int * 5),
        ("features_pad", c_uint32 * 5),
        ("colour_space", c_int),
        ("width", c_int),
        ("height", c_int),
        ("is_external_memory", c_int),
        ("pixels", c_void_p),
        ("stride", c_int),
        ("size", c_size_t),
        ("rest_of_union", c_size_t * 7),
        ("output_pad", c_uint32 * 4),
        ("private_memory", c_void_p),
        ("bypass_filtering", c_int),
        ("no_fancy_upsampling", c_int),
        ("cropping", c_int * 5),
        ("use_scaling", c_int),
        ("scaled_width", c_int),
        ("scaled_height", c_int),
        ("use_threads", c_int),
        ("dithering_strength", c_int),
        ("flip", c_int),
        ("alpha_dithering_strength", c_int),
        ("options_pad", c_uint32 * 5),
    ]


def webp_picture(
    chunks: bytes, size: tuple[int, int], has_alpha: bool, scale: int = 1
) -> Image.Image:
    """The picture of a VP8 or VP8L chunk, or of an ALPH and a VP8 chunk, in mode RGB or RGBA.

    Each side is divided by `scale` and rounded up: a pixel is the average of those that it stands
    for. `size` is the chunk's own, in pixels.

    Raises:
        OSError: libwebp cannot decode it.
    """
    library, config = _library(), _Config()
    library.WebPInitDecoderConfigInternal(config, _DECODER_ABI)
    mode = "RGBA" if has_alpha else "RGB"
    width, height = (-(-side // scale) for side in size)
    config.colour_space = _COLOUR_SPACES[mode]
    config.stride = width * len(mode)
    config.size = config.stride * height
    pixels = bytearray(config.size)
    config.is_external_memory = 1
    config.pixels = ctypes.addressof(c_char.from_buffer(pixels))
    config.use_scaling = scale > 1
    config.scaled_width, config.scaled_height = width, height
    status = library.WebPDecode(chunks, len(chunks), config)
    if status != _OK:
        raise OSError(f"libwebp cannot decode this picture: VP8StatusCode {status}")
    return Image.frombuffer(mode, (width, height), pixels, "raw", mode, 0, 1)


@cache
def _library() -> ctypes.CDLL:
    """libwebp as Pillow has it, found through the module that is linked against it."""
    library = ctypes.CDLL(_webp.__file__)
    reference = ctypes.POINTER(_Config)
    library.WebPInitDecoderConfigInternal.argtypes = [reference, c_int]
    library.WebPDecode.argtypes = [c_char_p, c_size_t, reference]
    return library
