"""From an open source to pixels that can be shown: small, 8 bits, sRGB, upright."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from math import ceil

from darkroom.imaging.colour import eight_bits, to_srgb
from darkroom.imaging.orientation import upright
from darkroom.imaging.resampling import lanczos
from darkroom.imaging.source import Source
from darkroom.kinds import Format
from PIL import Image


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

    A JPEG, WebP, AVIF or HEIC comes whole, or at a half, a quarter or an eighth of its size: the
    smallest that is as large as `size`, and never whole where it is large and does not stream.
    """
    part = _part(source, size)
    if source.large:
        from darkroom.imaging.memory import release  # 2 ms of start-up that few pictures need

        release()
    if source.format is Format.AVIF:
        ((picture, _),) = islice(_avif_frames(source, part), 1)
        return picture
    if source.format is Format.WEBP:
        from darkroom.imaging.libwebp import webp_picture  # which few pictures need

        return webp_picture(source.stored, source.image.size, part)
    if source.format is Format.HEIF:
        from darkroom.imaging.libheif import heif_picture  # which few pictures need

        return heif_picture(
            source.stored, source.image.size, source.image.mode, source.limits, part
        )
    if source.format is Format.JPEG:
        # What it divides by as much for: it asks for less than the side that comes, rounded up.
        width, height = (max(1, side // part) for side in source.image.size)
        source.image.draft(source.image.mode, (width, height))
    source.image.load()
    return source.image


def part_of(stored: tuple[int, int], wanted: tuple[int, int]) -> int:
    """By what both sides can be divided, 1, 2, 4 or 8, and be rounded up to what is wanted."""
    return max(
        (
            part
            for part in (2, 4, 8)
            if all(ceil(side / part) >= least for side, least in zip(stored, wanted, strict=True))
        ),
        default=1,
    )


def _part(source: Source, size: tuple[int, int]) -> int:
    """One that streams can be whole, if it has to; others that are large cannot."""
    return max(part_of(source.image.size, size), 2 if source.halves and not source.streams else 1)


def frames(source: Source, count: int, size: tuple[int, int]) -> Iterator[tuple[Image.Image, int]]:
    """The first frames of an animation as they are stored, mode RGBA, and their milliseconds.

    Those of an AVIF come at a half, a quarter or an eighth, the smallest as large as `size`.

    Raises:
        TruncatedImage, CorruptImage: a frame cannot be read.
    """
    with source.reading():
        if source.format is Format.AVIF:
            for picture, milliseconds in islice(_avif_frames(source, _part(source, size)), count):
                yield picture.convert("RGBA"), milliseconds
            return
        # An APNG may begin with a picture for those who cannot play it.
        first = 1 if source.image.info.get("default_image") else 0
        for index in range(first, first + count):
            source.image.seek(index)
            # In this order: some formats tell the duration when the pixels are read. The frame gets
            # no name, or it would be in memory beside the next.
            yield eight_bits(source.image).convert("RGBA"), _milliseconds(source.image)


def _milliseconds(image: Image.Image) -> int:
    duration: float = image.info.get("duration", 0)
    return ceil(duration)


def _avif_frames(source: Source, part: int) -> Iterator[tuple[Image.Image, int]]:
    from darkroom.imaging.libavif import avif_frames  # which few pictures need

    return avif_frames(source.stored, source.limits, part)


def resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture at a size, colours weighed by their alpha in modes RGBA and LA."""
    return lanczos(image, size)
