"""What to make of a picture: types, the JSON that they come from, and its rules."""

from __future__ import annotations

from darkroom.imaging.recipe.types import (
    MAX_EDGE,
    MAX_PIXELS,
    Gravity,
    ImageMark,
    OutputFormat,
    Recipe,
    RenditionSpec,
    Resize,
    TextMark,
    Watermark,
    inside,
)

__all__ = [
    "MAX_EDGE",
    "MAX_PIXELS",
    "Gravity",
    "ImageMark",
    "OutputFormat",
    "Recipe",
    "RenditionSpec",
    "Resize",
    "TextMark",
    "Watermark",
    "inside",
]
