"""How large an image may be. Every limit is checked in the header, before a pixel is decoded."""

from __future__ import annotations

from dataclasses import dataclass

from darkroom.imaging.errors import ExtremeAspect, ImageTooLarge, TooManyFrames, too_heavy

# EXIF, XMP, profiles, comments and private blocks together. Decoders keep up to four copies of
# them. A photo has some ten kilobytes; one with a second photo or sound inside it, some megabytes.
_MAX_METADATA_BYTES = 16_777_216
# Going from frame to frame takes up to 24 bytes a pixel (an APNG's may be restored; Pillow 13.0.0).
# A larger animation is shown by its first frame.
MAX_ANIMATED_PIXELS = 12_500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageLimits:
    """The largest image that is processed. What the defaults let memory peak at: `make bench`."""

    max_bytes: int = 104_857_600
    max_jpeg_pixels: int = 200_000_000
    """Limit for a baseline JPEG in one scan, which is decoded row by row, at a scale; and for a
    HEIC of tiles, which are decoded one by one."""
    max_pixels: int = 50_000_000
    """Limit for every other image; its decoder takes up to 10 bytes a pixel."""
    max_frames: int = 5_000
    """Limit for an animation; how many frames its web version keeps, the recipe says."""
    max_total_frame_pixels: int = 1_000_000_000
    """Limit for an animation, over all frames: it bounds the time that they take."""
    max_edge: int = 65_500
    """Limit for either side, in pixels; libjpeg's own (JPEG_MAX_DIMENSION)."""
    max_memory: int = 500_000_000
    """Bytes that a file and its decoding may take together. With the interpreter around them, and
    with what is encoded after, a process peaks at 550 MB."""


def check_metadata(size: int) -> None:
    """Raises ImageTooLarge for a file with more bytes of metadata than are kept in memory."""
    if size > _MAX_METADATA_BYTES:
        raise ImageTooLarge(
            f"This file has {size / 1e6:,.1f} MB of data beside its picture; at most "
            f"{_MAX_METADATA_BYTES / 1e6:,.0f} MB can be processed. Please export it without "
            "metadata and upload that."
        )


def check_memory(needed: int, limits: ImageLimits) -> None:
    """Raises ImageTooLarge where a file and its decoding need more bytes than they may take."""
    if needed > limits.max_memory:
        raise too_heavy()


def check_size(width: int, height: int, *, max_pixels: int, max_edge: int) -> None:
    """Raises ImageTooLarge, or ExtremeAspect, for an image of these dimensions in pixels."""
    if width * height > max_pixels:
        raise ImageTooLarge(
            f"This picture has {width * height / 1e6:,.0f} megapixels ({width:,} × {height:,}); "
            f"at most {max_pixels / 1e6:,.0f} can be processed. Please upload a smaller version."
        )
    if max(width, height) > max_edge:
        raise ExtremeAspect(
            f"This picture is {width:,} × {height:,} pixels; a side may have at most "
            f"{max_edge:,}. Please crop it and upload it again."
        )


def check_frames(
    frames: int, width: int, height: int, limits: ImageLimits, *, is_animated: bool
) -> None:
    """Raises TooManyFrames for more frames than allowed, or more pixels in all frames together.

    The pixels count where the frames after the first are decoded.
    """
    if frames > limits.max_frames:
        raise TooManyFrames(
            f"This animation has {frames:,} frames; at most {limits.max_frames:,} can be "
            "processed. Please upload a shorter one."
        )
    if is_animated and frames * width * height > limits.max_total_frame_pixels:
        raise TooManyFrames(
            f"This animation has {frames:,} frames of {width:,} × {height:,} pixels, which is too "
            "much to process. Please upload a shorter or a smaller one."
        )
