"""An animation that stays one: every frame cut as its recipe says, at a bounded size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import sqrt

from darkroom.imaging.colour import to_srgb
from darkroom.imaging.cutting import cut, offset_of
from darkroom.imaging.framing import Frame, frame
from darkroom.imaging.orientation import upright
from darkroom.imaging.pixels import fitted, frames, resized
from darkroom.imaging.recipe import RenditionSpec
from darkroom.imaging.renditions import Rendition, encode_animation
from darkroom.imaging.source import Source
from darkroom.kinds import Format
from PIL import Image

# Frames are kept in memory as RGBA until the encoder has them all: 4 bytes a pixel. The encoder
# takes 29 for one of them, and reading on from frame to frame 24 (Pillow 13.0.0, APNG).
_MAX_PIXELS = 40_000_000
_MAX_FRAME_PIXELS = 4_000_000
# Browsers take a frame that asks for 10 ms or less, or for nothing, as one of 100 ms.
_SHORTEST_MS, _DEFAULT_MS = 10, 100
# Seven minutes: 5,000 frames, the most of a recipe, have to end before libwebp's clock of 31 bits.
_LONGEST_MS = (2**31 - 1) // 5_000


def animate(source: Source, spec: RenditionSpec, authorship: bytes) -> Rendition:
    """The first frames of an animation as `spec` says, with their durations and loops, as WebP.

    One that would have more than 4 megapixels a frame, or 40 over all these frames, is made smaller
    than asked.

    Raises:
        TruncatedImage, CorruptImage: a frame cannot be read.
    """
    count = min(source.frames, spec.frames)
    spec = _affordable(source, spec, count)
    plan = frame(source.width, source.height, spec)
    made: list[Image.Image] = []
    durations: list[int] = []
    offset = None
    for picture, milliseconds in _levelled(source, plan, count):
        if offset is None:  # where the first frame looks, so that the picture does not jump
            offset = offset_of(picture, plan, spec.gravity)
        made.append(cut(picture, plan, spec, offset))
        durations.append(milliseconds)
    return encode_animation(made, durations, _loops(source), spec, authorship)


def _affordable(source: Source, spec: RenditionSpec, count: int) -> RenditionSpec:
    """The spec, or one with a smaller box: of whole frames, and of what is cut from them."""
    plan = frame(source.width, source.height, spec)
    level = fitted(source.width, source.height, plan.level)
    largest = max(level[0] * level[1], plan.canvas[0] * plan.canvas[1])
    scale = sqrt(min(_MAX_PIXELS / count, _MAX_FRAME_PIXELS) / largest)
    if scale >= 1:
        return spec
    width, height = (max(1, int(edge * scale)) for edge in plan.canvas)
    return replace(spec, width=width, height=height)


def _levelled(source: Source, plan: Frame, count: int) -> Iterator[tuple[Image.Image, int]]:
    """The first frames at the plan's level: upright, sRGB, mode RGBA, and their milliseconds."""
    width, height = fitted(source.width, source.height, plan.level)
    stored = (height, width) if source.orientation >= 5 else (width, height)
    for whole, milliseconds in frames(source, count, stored):
        small = resized(whole, stored)
        del whole  # its memory is needed for the next one
        picture = upright(to_srgb(small, source.icc), source.orientation)
        yield picture, _shown(milliseconds)


def _shown(milliseconds: int) -> int:
    return min(milliseconds, _LONGEST_MS) if milliseconds > _SHORTEST_MS else _DEFAULT_MS


def _loops(source: Source) -> int:
    """How often it plays; a GIF that does not say plays once, as its specification has it."""
    return int(source.image.info.get("loop", 1 if source.format is Format.GIF else 0))
