"""The way from a file to a rendition.

    open_source     source.py      the header is read, its limits are checked, a decoder opened
    Source.decode   formats/       pixels, at the smallest scale that is large enough
    UPLOAD          here           once for each upload
    RENDITION       here           once for each rendition, from the largest to the smallest
    encode          renditions.py  JPEG, WebP, AVIF or PNG

An animation that stays one has `FRAME` once for each of its frames, in place of `UPLOAD`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from darkroom.imaging import steps
from PIL import Image

UPLOAD = (
    steps.to_eight_bits,  # deep pixels, palettes and inverted inks
    steps.average,  # what is large and was not made smaller while it was decoded
    steps.resize,  # once, by LANCZOS, to the largest size that a rendition needs
    steps.to_srgb,  # after resizing, because converting costs by the pixel
    steps.turn_upright,  # by EXIF's orientation
    steps.drop_metadata,  # or an encoder would write what was read
)
FRAME = (
    steps.to_eight_bits,
    steps.add_alpha,  # for the encoder wants all frames of one mode
    steps.resize,
    steps.to_srgb,
    steps.turn_upright,
)
RENDITION = (
    steps.crop,  # the part that the box keeps, at its size
    steps.sharpen,  # what resizing has blurred
    steps.flatten,  # clear pixels, onto the background
    steps.pad,  # to the size of the box
    steps.mark,  # with the watermark
)

Job = TypeVar("Job")


def run(
    steps: tuple[Callable[[Image.Image, Job], Image.Image], ...], picture: Image.Image, job: Job
) -> Image.Image:
    """The picture after all steps, each of which is told of the job."""
    for step in steps:
        picture = step(picture, job)
    return picture
