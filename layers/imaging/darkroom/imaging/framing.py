"""Which part of a picture a rendition shows, and at what size. Numbers only, no pixels."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from darkroom.imaging.recipe import MAX_EDGE, MAX_PIXELS, RenditionSpec

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """How a rendition is cut from an upright picture; sizes in pixels.

    The whole picture, scaled so that its longest edge is `level` (never above its own), holds all
    that is needed. `share` of its width and height is kept, becomes `size`, and is placed on a
    `canvas`, which is larger only where there is padding.
    """

    level: int
    share: tuple[float, float]
    size: Size
    canvas: Size


def frame(width: int, height: int, spec: RenditionSpec, *, most_pixels: int = MAX_PIXELS) -> Frame:
    """How `spec` shows a picture of these upright dimensions; fit and contain, in so many pixels.

    Without `enlarge`, no pixel is made up: fit and contain show a small picture at its own size,
    fill leaves a short side as it is, cover shrinks its box in proportion until the picture
    covers it.
    """
    box = (spec.width or MAX_EDGE, spec.height or MAX_EDGE)
    if spec.resize == "cover":
        return _cover(width, height, box, enlarge=spec.enlarge)
    if spec.resize == "fill":
        size = box if spec.enlarge else (min(box[0], width), min(box[1], height))
        return Frame(_level(width, height, size), (1.0, 1.0), size, size)
    scale = min(box[0] / width, box[1] / height)
    if not spec.enlarge:
        scale = min(1.0, scale)
    scale = min(scale, sqrt(most_pixels / (width * height)))
    size = _rounded(width * scale), _rounded(height * scale)
    return Frame(
        min(max(size), max(width, height)),
        (1.0, 1.0),
        size,
        box if spec.resize == "contain" else size,
    )


def _cover(width: int, height: int, box: Size, *, enlarge: bool) -> Frame:
    shrink = 1.0 if enlarge else min(1.0, width / box[0], height / box[1])
    size = _rounded(box[0] * shrink), _rounded(box[1] * shrink)
    scale = max(size[0] / width, size[1] / height)
    share = min(1.0, size[0] / (width * scale)), min(1.0, size[1] / (height * scale))
    return Frame(_level(width, height, size), share, size, size)


def _level(width: int, height: int, size: Size) -> int:
    """The longest edge at which a picture still has every pixel that `size` needs."""
    scale = max(size[0] / width, size[1] / height)
    return min(_rounded(max(width, height) * scale), max(width, height))


def _rounded(value: float) -> int:
    return max(1, round(value))
