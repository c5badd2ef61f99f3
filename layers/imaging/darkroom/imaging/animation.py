"""An animation that stays one: every frame cut as its recipe says, at a bounded size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import sqrt

from darkroom.imaging.metadata.authorship import authorship_of
from darkroom.imaging.pipeline import FRAME, RENDITION, run
from darkroom.imaging.pixels.crop import CropPlan, fitted, plan_crop
from darkroom.imaging.recipe.types import RenditionSpec
from darkroom.imaging.renditions import Rendition, encode_animation
from darkroom.imaging.source import Source
from darkroom.imaging.steps import Cut, Preparation, offset_of
from PIL import Image

# Frames are kept in memory as RGBA until the encoder has them all: 4 bytes a pixel. The encoder
# takes 29 for one of them, and reading on from frame to frame 24 (Pillow 13.0.0, APNG).
_MAX_PIXELS = 40_000_000
_MAX_FRAME_PIXELS = 4_000_000
# Browsers show a frame that asks for 10 ms or less for 100 ms.
_SHORTEST_MS, _DEFAULT_MS = 10, 100
_MOST_LOOPS = 2**16 - 1  # of a WebP (RFC 9649, 2.7.1.1)
# Seven minutes: 5,000 frames, the most of a recipe, have to end before libwebp's clock of 31 bits.
_LONGEST_MS = 2**31 // 5_000


def animate(source: Source, spec: RenditionSpec) -> Rendition:
    """The first frames of an animation as `spec` says, with their durations and loops, as WebP.

    One that would have more than 4 megapixels a frame, or 40 over all these frames, is made smaller
    than asked.

    Raises:
        TruncatedImage, CorruptImage: the first frame cannot be read. A later one that cannot ends
            the animation.
    """
    count = min(source.image.frames, spec.frames)
    spec = _affordable(source, spec, count)
    plan = plan_crop(source.width, source.height, spec)
    made: list[Image.Image] = []
    durations: list[int] = []
    offset = None
    for picture, milliseconds in _scaled(source, plan, count):
        # Where the first frame looks, so that the picture does not jump.
        offset = offset or offset_of(picture, plan, spec.gravity)
        made.append(run(RENDITION, picture, Cut(spec, plan, offset)))
        durations.append(milliseconds)
    authorship = authorship_of(source.image)
    loops = min(source.image.loops, _MOST_LOOPS)
    return encode_animation(made, durations, loops, spec, authorship)


def _affordable(source: Source, spec: RenditionSpec, count: int) -> RenditionSpec:
    """The spec, or one with a smaller box: of whole frames, and of what is cut from them."""
    plan = plan_crop(source.width, source.height, spec)
    scaled = fitted(source.width, source.height, plan.scaled_edge)
    largest = max(scaled[0] * scaled[1], plan.canvas[0] * plan.canvas[1])
    scale = sqrt(min(_MAX_PIXELS / count, _MAX_FRAME_PIXELS) / largest)
    if scale >= 1:
        return spec
    width, height = (max(1, int(edge * scale)) for edge in plan.canvas)
    return replace(spec, width=width, height=height)


def _scaled(source: Source, plan: CropPlan, count: int) -> Iterator[tuple[Image.Image, int]]:
    """The first frames at the plan's edge, upright, sRGB, mode RGBA, and their milliseconds."""
    how = Preparation(source, fitted(source.width, source.height, plan.scaled_edge))
    for frame, milliseconds in source.whole_frames(count, how.size):
        picture = run(FRAME, frame, how)
        del frame  # its memory is needed for the next one
        yield picture, _shown(milliseconds)


def _shown(milliseconds: int) -> int:
    return min(milliseconds, _LONGEST_MS) if milliseconds > _SHORTEST_MS else _DEFAULT_MS
