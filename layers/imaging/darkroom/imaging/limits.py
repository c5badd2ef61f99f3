"""How large a picture may be. Checked against headers, before any pixel is decoded."""

from __future__ import annotations

from dataclasses import dataclass

from darkroom.imaging.errors import ExtremeAspect, ImageTooLarge, TooManyFrames, too_heavy
from darkroom.kinds import Format

# Of EXIF, XMP, profiles, comments and private blocks, of which decoders keep up to four copies;
# a photo has some ten kilobytes, and one with a second photo or sound inside it some megabytes.
_MAX_DESCRIPTION = 16_777_216  # bytes
# Going from frame to frame takes up to 24 bytes a pixel (an APNG's may be restored; Pillow 13.0.0),
# or ten frames of AV1 (its specification, 7.20) as they are stored, most often of 1.5 bytes
# a pixel. A larger animation is shown by its first frame.
_MAX_MOVING_PIXELS = 12_500_000
_MAX_MOVING_BYTES = 15_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The largest picture that is processed. What the defaults let memory peak at: `make bench`."""

    max_bytes: int = 104_857_600
    max_jpeg_pixels: int = 200_000_000
    """Of a baseline JPEG: it streams, and decodes at a fraction of its size."""
    max_pixels: int = 50_000_000
    """Of any other picture, which takes up to 10 bytes a pixel to be decoded."""
    max_frames: int = 5_000
    """Of an animation; how many of them its web version keeps is the recipe's affair."""
    max_total_frame_pixels: int = 1_000_000_000
    """Of an animation, over all frames: what bounds the time it takes."""
    max_edge: int = 65_500
    """Of either side, in pixels; libjpeg's own limit (JPEG_MAX_DIMENSION)."""
    max_memory: int = 500_000_000
    """Bytes that a file and its decoding may take together. With the interpreter around them, and
    with what is encoded after, a process peaks at 550 MB."""


def check_bytes(size: int, limits: Limits) -> None:
    """Raises ImageTooLarge for a file of more bytes than allowed."""
    if size > limits.max_bytes:
        raise ImageTooLarge(
            f"This file has {size / 1e6:,.1f} MB; at most {limits.max_bytes / 1e6:,.0f} MB "
            "can be processed. Please upload a smaller version."
        )


def check_description(size: int) -> None:
    """Raises ImageTooLarge for a file with more bytes beside its pixels than are kept in memory."""
    if size > _MAX_DESCRIPTION:
        raise ImageTooLarge(
            f"This file has {size / 1e6:,.1f} MB of data beside its picture; at most "
            f"{_MAX_DESCRIPTION / 1e6:,.0f} MB can be processed. Please export it without metadata "
            "and upload that."
        )


def check_memory(needed: int, limits: Limits) -> None:
    """Raises ImageTooLarge where a file and its decoding need more bytes than they may take."""
    if needed > limits.max_memory:
        raise too_heavy()


def check_size(
    format_: Format, width: int, height: int, limits: Limits, *, streams: bool = False
) -> None:
    """Raises ImageTooLarge, or ExtremeAspect, for a picture of these dimensions in pixels.

    `streams` is true for a JPEG that libjpeg decodes row by row.
    """
    most = limits.max_jpeg_pixels if format_ is Format.JPEG and streams else limits.max_pixels
    if width * height > most:
        raise ImageTooLarge(
            f"This picture has {width * height / 1e6:,.0f} megapixels ({width:,} × {height:,}); "
            f"at most {most / 1e6:,.0f} can be processed. Please upload a smaller version."
        )
    if max(width, height) > limits.max_edge:
        raise ExtremeAspect(
            f"This picture is {width:,} × {height:,} pixels; a side may have at most "
            f"{limits.max_edge:,}. Please crop it and upload it again."
        )


def moves(frames: int, width: int, height: int, pixel_bytes: float = 0) -> bool:
    """Whether an animation stays one, by its frames, its size in pixels and, of an AVIF, the bytes
    that each pixel takes as it is stored."""
    pixels = width * height
    fits = pixels <= _MAX_MOVING_PIXELS and pixels * pixel_bytes <= _MAX_MOVING_BYTES
    return frames > 1 and fits


def check_frames(frames: int, width: int, height: int, limits: Limits, *, moving: bool) -> None:
    """Raises TooManyFrames for more frames than allowed, or more pixels in all where it moves."""
    if frames > limits.max_frames:
        raise TooManyFrames(
            f"This animation has {frames:,} frames; at most {limits.max_frames:,} can be "
            "processed. Please upload a shorter one."
        )
    if moving and frames * width * height > limits.max_total_frame_pixels:
        raise TooManyFrames(
            f"This animation has {frames:,} frames of {width:,} × {height:,} pixels, which is too "
            "much to process. Please upload a shorter or a smaller one."
        )
