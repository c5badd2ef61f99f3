"""Which part of a picture a rendition shows, and at what size. Numbers alone, no pixels."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from darkroom.imaging.recipe.types import MAX_EDGE, MAX_PIXELS, RenditionSpec

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class CropPlan:
    """How a rendition is made from an upright picture. All sizes are in pixels."""

    scaled_edge: int
    """Longest edge of the whole picture at which it has every pixel that is needed; never longer
    than its own."""
    kept_fraction: tuple[float, float]
    """Fractions (0 to 1) of the scaled picture's width and height that are kept."""
    size: Size
    """What the kept part is resized to."""
    canvas: Size
    """What it is placed on; larger than `size` only where there is padding."""


def fitted(width: int, height: int, longest_edge: int) -> Size:
    """The size of a picture scaled to a longest edge: in proportion, never larger, at least 1."""
    scale = min(1.0, longest_edge / max(width, height))
    return _rounded(width * scale), _rounded(height * scale)


def plan_crop(
    width: int, height: int, spec: RenditionSpec, *, max_pixels: int = MAX_PIXELS
) -> CropPlan:
    """The plan by which `spec` shows a picture of these upright dimensions.

    Fit and contain show at most `max_pixels`. Without `enlarge`, no pixel is made up: fit and
    contain show a small picture at its own size, fill leaves a short side as it is, cover shrinks
    its box in proportion until the picture covers it.
    """
    box = (spec.width or MAX_EDGE, spec.height or MAX_EDGE)
    if spec.resize == "cover":
        return _cover(width, height, box, enlarge=spec.enlarge)
    if spec.resize == "fill":
        size = box if spec.enlarge else (min(box[0], width), min(box[1], height))
        return CropPlan(_scaled_edge(width, height, size), (1.0, 1.0), size, size)
    scale = min(box[0] / width, box[1] / height)
    if not spec.enlarge:
        scale = min(1.0, scale)
    scale = min(scale, sqrt(max_pixels / (width * height)))
    size = _rounded(width * scale), _rounded(height * scale)
    return CropPlan(
        min(max(size), max(width, height)),
        (1.0, 1.0),
        size,
        box if spec.resize == "contain" else size,
    )


def _cover(width: int, height: int, box: Size, *, enlarge: bool) -> CropPlan:
    shrink = 1.0 if enlarge else min(1.0, width / box[0], height / box[1])
    size = _rounded(box[0] * shrink), _rounded(box[1] * shrink)
    scale = max(size[0] / width, size[1] / height)
    kept = min(1.0, size[0] / (width * scale)), min(1.0, size[1] / (height * scale))
    return CropPlan(_scaled_edge(width, height, size), kept, size, size)


def _scaled_edge(width: int, height: int, size: Size) -> int:
    """The longest edge at which a picture still has every pixel that `size` needs."""
    scale = max(size[0] / width, size[1] / height)
    return min(_rounded(max(width, height) * scale), max(width, height))


def _rounded(value: float) -> int:
    return max(1, round(value))
