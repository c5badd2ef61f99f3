"""The watermark of pictures, made once for all frames of a video."""

from __future__ import annotations

from dataclasses import dataclass

from av.video.frame import VideoFrame
from av.video.reformatter import ColorRange, Colorspace
from darkroom.imaging.pixels.watermark import layer_of
from darkroom.imaging.recipe.types import Watermark


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is laid over every frame, in Rec. 709 with alpha (yuva420p)."""

    frame: VideoFrame
    corner: tuple[int, int]
    """Where its top left corner goes, in pixels; both are even."""


def overlay_of(watermark: Watermark, size: tuple[int, int]) -> Overlay | None:
    """The smallest overlay that has all of a watermark for frames of this even size, in pixels.

    None where nothing of it would be seen.
    """
    layer = layer_of(watermark, size)
    box = layer.getbbox()
    if box is None:
        return None
    # Two by two pixels share a colour.
    left, top, right, bottom = box[0] // 2 * 2, box[1] // 2 * 2, -(-box[2] // 2), -(-box[3] // 2)
    part = layer.crop((left, top, 2 * right, 2 * bottom))
    frame = VideoFrame.from_bytes(part.tobytes(), part.width, part.height, format="rgba")
    return Overlay(
        frame.reformat(
            format="yuva420p", dst_colorspace=Colorspace.ITU709, dst_color_range=ColorRange.MPEG
        ),
        (left, top),
    )
