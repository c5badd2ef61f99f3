"""PNG, decoded by the libspng that pyspng brings: row by row, with SIMD.

Pillow takes twice the time, most of it to undo the filters of rows, and holds the whole picture.
pyspng itself, which would need numpy, is never imported.
"""

from __future__ import annotations

import ctypes
from ctypes import CFUNCTYPE, c_char, c_int, c_size_t, c_void_p
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec
from io import BufferedReader

from PIL import Image

_BAND = 64  # rows; a multiple of every scale
_USE = 2  # SPNG_CRC_USE: whatever the checksum is
_AS_STORED, _BY_ROW = 256, 256  # SPNG_FMT_PNG, SPNG_DECODE_PROGRESSIVE
_OK, _LAST_ROW = 0, 75  # and SPNG_EOI
_END_OF_FILE = -2  # SPNG_IO_EOF
_READ = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_size_t)


def png_picture(
    file: BufferedReader, size: tuple[int, int], mode: str, scale: int = 1
) -> Image.Image:
    """The picture of a PNG of 8 bits that is not interlaced, in its own mode: L, LA, RGB or RGBA.

    Each side is divided by `scale` (1, 2, 4 or 8) and rounded up: a pixel is the average of those
    that it stands for. `size` and `mode` are those of the file's header.

    Raises:
        OSError: libspng cannot decode every row.
    """
    library, (width, height) = _library(), size
    picture = Image.new(mode, (-(-width // scale), -(-height // scale)))
    stride = width * len(mode)
    rows = bytearray(stride * _BAND)
    start = ctypes.addressof(c_char.from_buffer(rows))

    def read(_: int, __: int, buffer: int, count: int) -> int:
        data = file.read(count)
        ctypes.memmove(buffer, data, len(data))
        return _OK if len(data) == count else _END_OF_FILE

    stream = _READ(read)
    context = library.spng_ctx_new(0)
    try:
        _check(library.spng_set_crc_action(context, _USE, _USE))
        _check(library.spng_set_png_stream(context, stream, None))
        _check(library.spng_decode_image(context, None, 0, _AS_STORED, _BY_ROW))
        band = Image.new(mode, (width, min(_BAND, height)))
        for top in range(0, height, _BAND):
            if height - top < band.height:
                band = band.crop((0, 0, width, height - top))
            for n in range(band.height):
                _check(library.spng_decode_row(context, start + n * stride, stride))
            band.frombytes(rows[: band.height * stride])
            picture.paste(band.reduce(scale), (0, top // scale))
    finally:
        library.spng_ctx_free(context)
    return picture


def _check(result: int) -> None:
    if result not in (_OK, _LAST_ROW):
        reason = _library().spng_strerror(result).decode()
        raise OSError(f"libspng cannot decode this picture: {reason}")


@cache
def _library() -> ctypes.CDLL:
    """libspng, found inside pyspng without importing that."""
    package = find_spec("pyspng")
    inside = package and PathFinder.find_spec("_pyspng_c", package.submodule_search_locations)
    if not inside or not inside.origin:
        raise ImportError("pyspng is not installed")
    library = ctypes.CDLL(inside.origin)
    for name, result, *arguments in (
        ("spng_ctx_free", None, c_void_p),
        ("spng_ctx_new", c_void_p, c_int),
        ("spng_decode_image", c_int, c_void_p, c_void_p, c_size_t, c_int, c_int),
        ("spng_decode_row", c_int, c_void_p, c_void_p, c_size_t),
        ("spng_set_crc_action", c_int, c_void_p, c_int, c_int),
        ("spng_set_png_stream", c_int, c_void_p, _READ, c_void_p),
        ("spng_strerror", ctypes.c_char_p, c_int),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
