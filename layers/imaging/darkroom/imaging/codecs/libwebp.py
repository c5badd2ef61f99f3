"""WebP, decoded by the libwebp that Pillow brings.

Pillow reads every WebP as an animation, at full size, which takes 17 bytes a pixel: two canvases
and two copies. libwebp itself needs none of them, and scales while it decodes.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import c_char, c_char_p, c_int, c_size_t, c_uint32, c_void_p
from functools import cache
from typing import ClassVar

from PIL import Image, _webp

# Versions of the interface that the structures below belong to. libwebp accepts versions with the
# same first byte and refuses others (webp/decode.h, webp/demux.h of libwebp 1.6).
_DECODER_ABI, _DEMUX_ABI = 0x0210, 0x0107
_OK = 0  # VP8_STATUS_OK
_COLOUR_SPACES = {"RGB": 0, "RGBA": 1}  # MODE_RGB, MODE_RGBA


class _Data(ctypes.Structure):
    """WebPData."""

    _fields_: ClassVar = [("bytes", c_char_p), ("size", c_size_t)]


class _Frame(ctypes.Structure):
    """WebPIterator: a frame, where it is on its canvas, and its bytes."""

    _fields_: ClassVar = [
        ("frame_num", c_int),
        ("num_frames", c_int),
        ("left", c_int),
        ("top", c_int),
        ("width", c_int),
        ("height", c_int),
        ("duration", c_int),
        ("dispose_method", c_int),
        ("complete", c_int),
        ("bytes", c_void_p),
        ("size", c_size_t),
        ("has_alpha", c_int),
        ("blend_method", c_int),
        ("pad", c_uint32 * 2),
        ("private", c_void_p),
    ]


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


def webp_picture(data: bytes, canvas: tuple[int, int], scale: int = 1) -> Image.Image:
    """A still, or the first frame of an animation on its canvas, each side divided by `scale`.

    Mode RGB, or RGBA with alpha or where a frame leaves some of its canvas clear. A pixel is the
    average of those that it stands for.

    Raises:
        OSError: libwebp cannot decode it.
    """
    with _first_frame(data) as frame:
        picture = _scaled(frame, _divided((frame.width, frame.height), scale))
        if (frame.width, frame.height) == canvas:
            return picture
        whole = Image.new("RGBA", _divided(canvas, scale))
        whole.paste(picture, (frame.left // scale, frame.top // scale))
        return whole


def _divided(size: tuple[int, int], scale: int) -> tuple[int, int]:
    """The size divided and rounded up, as by Pillow's `draft` and `reduce`."""
    return -(-size[0] // scale), -(-size[1] // scale)


@contextmanager
def _first_frame(data: bytes) -> Iterator[_Frame]:
    library, frame = _library(), _Frame()
    demuxer = library.WebPDemuxInternal(_Data(data, len(data)), 0, None, _DEMUX_ABI)
    try:
        if not demuxer or not library.WebPDemuxGetFrame(demuxer, 1, frame):
            raise OSError("libwebp finds no picture in this file")
        yield frame
    finally:
        library.WebPDemuxReleaseIterator(frame)
        library.WebPDemuxDelete(demuxer)


def _scaled(frame: _Frame, size: tuple[int, int]) -> Image.Image:
    library, config = _library(), _Config()
    library.WebPInitDecoderConfigInternal(config, _DECODER_ABI)
    mode = "RGBA" if frame.has_alpha else "RGB"
    config.colour_space = _COLOUR_SPACES[mode]
    config.stride = size[0] * len(mode)
    config.size = config.stride * size[1]
    pixels = bytearray(config.size)
    config.is_external_memory = 1
    config.pixels = ctypes.addressof(c_char.from_buffer(pixels))
    config.use_scaling = size != (frame.width, frame.height)
    config.scaled_width, config.scaled_height = size
    status = library.WebPDecode(frame.bytes, frame.size, config)
    if status != _OK:
        raise OSError(f"libwebp cannot decode this picture: VP8StatusCode {status}")
    return Image.frombuffer(mode, size, pixels, "raw", mode, 0, 1)


@cache
def _library() -> ctypes.CDLL:
    """libwebp as Pillow has it, found through the module that is linked against it."""
    library = ctypes.CDLL(_webp.__file__)
    by_reference = ctypes.POINTER
    library.WebPDemuxInternal.argtypes = [by_reference(_Data), c_int, c_void_p, c_int]
    library.WebPDemuxInternal.restype = c_void_p
    library.WebPDemuxGetFrame.argtypes = [c_void_p, c_int, by_reference(_Frame)]
    library.WebPDemuxReleaseIterator.argtypes = [by_reference(_Frame)]
    library.WebPDemuxDelete.argtypes = [c_void_p]
    library.WebPInitDecoderConfigInternal.argtypes = [by_reference(_Config), c_int]
    library.WebPDecode.argtypes = [c_void_p, c_size_t, by_reference(_Config)]
    return library
