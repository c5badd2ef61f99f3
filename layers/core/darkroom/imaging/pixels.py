"""From an open source to pixels that can be shown: small, 8 bits, sRGB, upright."""

from __future__ import annotations

from PIL import Image

from darkroom.imaging.colour import eight_bits, to_srgb
from darkroom.imaging.memory import release
from darkroom.imaging.orientation import upright
from darkroom.imaging.resampling import lanczos
from darkroom.imaging.sniff import Format
from darkroom.imaging.source import Source


def fitted(width: int, height: int, longest_edge: int) -> tuple[int, int]:
    """The size of a picture scaled to a longest edge: in proportion, never larger, at least 1."""
    scale = min(1.0, longest_edge / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def decode(source: Source, longest_edge: int, *, keep: bool = False) -> Image.Image:
    """The picture at most `longest_edge` pixels long, upright, in sRGB; mode RGB or RGBA.

    It is decoded as small as its decoder can make it, resized once (LANCZOS), and only then are its
    colours converted and is it turned: both cost by the pixel. A source can be decoded once: its
    pixels, which may be most of the memory there is, are used up, unless `keep` says that later
    frames of an animation build upon them.

    Raises:
        TruncatedImage, CorruptImage: the pixels cannot be read.
    """
    width, height = fitted(source.width, source.height, longest_edge)
    size = (height, width) if source.orientation >= 5 else (width, height)
    with source.reading():
        image = load(source, size)
        shown = to_srgb(lanczos(eight_bits(image), size, in_place=not keep), source.icc)
    shown = upright(shown, source.orientation)
    if shown is image:
        shown = image.copy()
    shown.info.clear()  # or the encoders would write what was read: profile, comment, EXIF
    return shown


def load(source: Source, size: tuple[int, int]) -> Image.Image:
    """The pixels as they are stored, of any mode; to be called within `source.reading()`.

    A JPEG comes at a half, a quarter or an eighth of its size, the smallest that is as large as
    `size`; a large WebP or AVIF at a half.
    """
    if source.halves:
        release()
        if source.format is Format.WEBP:
            from darkroom.imaging.libwebp import halved_webp  # which few pictures need

            return halved_webp(source.data, *source.image.size)
        if source.format is Format.AVIF:
            from darkroom.imaging.libavif import halved_avif

            return halved_avif(source.data)
    if source.format is Format.JPEG:
        source.image.draft(source.image.mode, size)
    source.image.load()
    return source.image


def resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture at a size, colours weighed by their alpha in modes RGBA and LA."""
    return lanczos(image, size)
