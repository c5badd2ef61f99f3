"""TIFF, unpacked by the libtiff that Pillow brings: samples as they are stored, row by row.

Pillow knows a list of combinations of samples and refuses or garbles the others. libtiff unpacks
them all; what the samples mean is not its business.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ctypes import (
    CFUNCTYPE,
    c_char_p,
    c_int,
    c_int64,
    c_ssize_t,
    c_uint16,
    c_uint32,
    c_uint64,
    c_void_p,
)
from functools import cache
from io import BufferedReader

from PIL import _imaging

_JPEG_COLOURS, _AS_RGB = 65_538, 1  # TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB
_READ = CFUNCTYPE(c_ssize_t, c_void_p, c_void_p, c_ssize_t)
_SEEK = CFUNCTYPE(c_uint64, c_void_p, c_int64, c_int)
_CLOSE = CFUNCTYPE(c_int, c_void_p)
_SIZE = CFUNCTYPE(c_uint64, c_void_p)


def can_unpack(compression: int) -> bool:
    """Whether this libtiff was built with a compression."""
    return bool(_library().TIFFIsCODECConfigured(compression))


class Tiff:
    """A file that is open, at its first directory. Every method raises OSError for broken data."""

    def __init__(self, handle: c_void_p) -> None:
        self._handle = handle
        self._strips = ctypes.create_string_buffer(0)  # kept, for most bands are of one size

    def rows(self, first: int, count: int, plane: int) -> bytes:
        """Rows of a plane, or of all samples where they stand together.

        Rows of one plane have to be asked for in their order.
        """
        library = _library()
        size = library.TIFFScanlineSize(self._handle)
        buffer = ctypes.create_string_buffer(size * count)
        for n in range(count):
            place = ctypes.byref(buffer, n * size)
            if library.TIFFReadScanline(self._handle, place, first + n, plane) < 0:
                raise OSError("libtiff cannot unpack a row")
        return buffer.raw

    def strips(self, top: int, plane: int, sizes: Sequence[int]) -> bytes:
        """Strips, of so many bytes, the first of which holds a row."""
        library = _library()
        if len(self._strips) != sum(sizes):
            self._strips = ctypes.create_string_buffer(sum(sizes))
        number, at = library.TIFFComputeStrip(self._handle, top, plane), 0
        for size in sizes:
            place = ctypes.byref(self._strips, at)
            if library.TIFFReadEncodedStrip(self._handle, number, place, size) != size:
                raise OSError("libtiff cannot unpack a strip")
            number, at = number + 1, at + size
        return self._strips.raw

    def tile(self, left: int, top: int, plane: int) -> bytes:
        """The whole tile at a place, also where it reaches beyond the picture."""
        library = _library()
        size = library.TIFFTileSize(self._handle)
        buffer = ctypes.create_string_buffer(size)
        if library.TIFFReadTile(self._handle, buffer, left, top, 0, plane) != size:
            raise OSError("libtiff cannot unpack a tile")
        return buffer.raw

    def rgba(self, left: int, top: int, size: tuple[int, int], *, is_tile: bool) -> bytes:
        """The tile, or the strip, that begins there, as RGBA of 8 bits, its last row first."""
        library = _library()
        buffer = ctypes.create_string_buffer(4 * size[0] * size[1])
        if is_tile:
            ok = library.TIFFReadRGBATileExt(self._handle, left, top, buffer, 1)
        else:
            ok = library.TIFFReadRGBAStripExt(self._handle, top, buffer, 1)
        if not ok:
            raise OSError("libtiff cannot unpack colours")
        return buffer.raw


@contextmanager
def opened_tiff(file: BufferedReader, size: int) -> Iterator[Tiff]:
    """A classic TIFF of so many bytes. Raises OSError where libtiff cannot open it."""

    def read(_: int, buffer: int, count: int) -> int:
        data = file.read(max(0, count))
        ctypes.memmove(buffer, data, len(data))
        return len(data)

    def seek(_: int, offset: int, whence: int) -> int:
        return file.seek(offset, whence)

    def end(_: int) -> int:
        return 0

    library = _library()
    calls = _READ(read), _READ(end_of_writing), _SEEK(seek), _CLOSE(end), _SIZE(lambda _: size)
    handle = library.TIFFClientOpen(b"", b"rm", None, *calls, None, None)
    if not handle:
        raise OSError("libtiff cannot open this file")
    try:
        # JPEG's colours come as RGB. Of other compressions libtiff does not know this field.
        library.TIFFSetField(handle, _JPEG_COLOURS, c_int(_AS_RGB))
        yield Tiff(handle)
    finally:
        library.TIFFClose(handle)


def end_of_writing(_: int, __: int, ___: int) -> int:
    """Nothing is written."""
    return 0


@cache
def _library() -> ctypes.CDLL:
    """libtiff as Pillow has it, found through the module that is linked against it."""
    library = ctypes.CDLL(_imaging.__file__)
    for name, result, *arguments in (
        ("TIFFClientOpen", c_void_p, c_char_p, c_char_p, c_void_p, _READ, _READ, _SEEK, _CLOSE,
         _SIZE, c_void_p, c_void_p),
        ("TIFFClose", None, c_void_p),
        ("TIFFComputeStrip", c_uint32, c_void_p, c_uint32, c_uint16),
        ("TIFFIsCODECConfigured", c_int, c_uint16),
        ("TIFFReadEncodedStrip", c_ssize_t, c_void_p, c_uint32, c_void_p, c_ssize_t),
        ("TIFFReadRGBAStripExt", c_int, c_void_p, c_uint32, c_void_p, c_int),
        ("TIFFReadRGBATileExt", c_int, c_void_p, c_uint32, c_uint32, c_void_p, c_int),
        ("TIFFReadScanline", c_int, c_void_p, c_void_p, c_uint32, c_uint16),
        ("TIFFReadTile", c_ssize_t, c_void_p, c_void_p, c_uint32, c_uint32, c_uint32, c_uint16),
        ("TIFFScanlineSize", c_ssize_t, c_void_p),
        ("TIFFSetErrorHandler", c_void_p, c_void_p),
        ("TIFFSetField", c_int, c_void_p, c_uint32),
        ("TIFFSetWarningHandler", c_void_p, c_void_p),
        ("TIFFTileSize", c_ssize_t, c_void_p),
    ):  # fmt: skip
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    library.TIFFSetErrorHandler(None)  # or it writes to the standard error
    library.TIFFSetWarningHandler(None)
    return library
