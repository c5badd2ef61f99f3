"""A full-size version for the web, of what browsers cannot show or show too heavily."""

from __future__ import annotations

import io
from dataclasses import dataclass
from math import sqrt

from PIL import Image

from darkroom.imaging.authorship import authorship_of
from darkroom.imaging.limits import Limits
from darkroom.imaging.orientation import upright
from darkroom.imaging.pixels import decode, fitted, resized
from darkroom.imaging.renditions import OutputFormat, Rendition, encode
from darkroom.imaging.sniff import Format
from darkroom.imaging.source import Source, open_source

NAME = "web"
_MAX_EDGE = 16_383  # of a WebP (RFC 9649, 3.1.1: 14 bits), the least of the formats written
# A file this large takes seconds to arrive on a phone's connection, where a WebP would take one.
HEAVY_BYTES = 8_000_000
# Frames are kept in memory as RGBA until the encoder has them all: 4 bytes a pixel.
_ANIMATION_PIXELS = 60_000_000
_DEFAULT_FRAME_MS = 100  # what browsers take for a frame without a duration
_UNSHOWABLE = {Format.HEIF, Format.TIFF, Format.BMP}
_DEEP_MODES = ("I", "F", "CMYK", "LAB", "YCbCr", "HSV")


@dataclass(frozen=True, slots=True)
class WebOptions:
    """The format of still pictures, and the quality, 1 to 100, of all."""

    format: OutputFormat = "webp"
    quality: int = 80


def make_web_version(data: bytes, options: WebOptions, limits: Limits) -> Rendition | None:
    """The web version of a picture; None where the original is one already.

    A still picture keeps its size (up to the 16,383 pixels of a WebP) and, where the format has
    one, its alpha. An animation becomes an animated WebP with its durations and loops; one of
    more than 60 megapixels over all frames is scaled down to that.

    Raises:
        PermanentError: one of this package's kinds, for whatever is not a picture to process.
    """
    source = open_source(data, limits)
    if source.frames > 1 and source.format is not Format.WEBP:
        return _animation(source, options)
    if not _needs_web_version(source, data):
        return None
    image = decode(source, _MAX_EDGE)
    return encode(
        image,
        name=NAME,
        format_=options.format,
        quality=options.quality,
        authorship=authorship_of(source.image),
    )


def _needs_web_version(source: Source, data: bytes) -> bool:
    deep = source.format is Format.PNG and data[24] == 16  # IHDR's bit depth
    return (
        source.format in _UNSHOWABLE
        or deep
        or source.image.mode.startswith(_DEEP_MODES)
        or (len(data) > HEAVY_BYTES and source.frames == 1)
    )


def _animation(source: Source, options: WebOptions) -> Rendition:
    scale = min(1.0, sqrt(_ANIMATION_PIXELS / (source.frames * source.width * source.height)))
    edge = min(_MAX_EDGE, max(1, int(max(source.width, source.height) * scale)))
    size = fitted(source.width, source.height, edge)
    frames: list[Image.Image] = []
    durations: list[int] = []
    loops = int(source.image.info.get("loop", 1 if source.format is Format.GIF else 0))
    with source.reading():
        for index in range(source.frames):
            source.image.seek(index)
            frame = upright(source.image.convert("RGBA"), source.orientation)
            frames.append(resized(frame, size))
            durations.append(int(source.image.info.get("duration", 0)) or _DEFAULT_FRAME_MS)
    out = io.BytesIO()
    frames[0].save(
        out,
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=loops,
        quality=options.quality,
        method=0,  # the fastest: an animation has hundreds of frames
        exif=b"",
        icc_profile=b"",
        xmp=b"",
    )
    return Rendition(NAME, "webp", *size, out.getvalue(), frames=len(frames))
