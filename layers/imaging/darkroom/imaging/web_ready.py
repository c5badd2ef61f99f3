"""Whether browsers show an original as it is, and soon enough."""

from __future__ import annotations

from darkroom.imaging.source import Source
from darkroom.kinds import Format

# A file this large takes seconds to arrive on a phone's connection, where a WebP would take one.
HEAVY_BYTES = 8_000_000
_UNSHOWABLE = {Format.HEIF, Format.TIFF, Format.BMP}
_DEEP_MODES = ("I", "F", "CMYK", "LAB", "YCbCr", "HSV")


def is_web_ready(source: Source) -> bool:
    """True for what browsers show well: no deep or exotic pixels, no heavy still, no heavy GIF.

    An animation is ready only as a WebP: a GIF or an APNG takes many times the bytes.
    """
    if source.frames > 1:
        return source.format is Format.WEBP
    deep = source.format is Format.PNG and source.stored[24] == 16  # IHDR's bit depth
    return not (
        source.format in _UNSHOWABLE
        or deep
        or source.image.mode.startswith(_DEEP_MODES)
        or source.file_size > HEAVY_BYTES
    )
