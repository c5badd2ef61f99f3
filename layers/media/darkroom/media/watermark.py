"""A watermark on its way to the process that reads a video: as JSON, and back."""

from __future__ import annotations

import base64
from typing import Any

from darkroom.imaging.recipe.types import ImageMark, TextMark, Watermark


def to_json(watermark: Watermark | None) -> dict[str, Any] | None:
    """A watermark as values that are fit for JSON; None for none."""
    if watermark is None:
        return None
    mark = watermark.mark
    drawn = (
        {"text": mark.text}
        if isinstance(mark, TextMark)
        else {"image": base64.b64encode(mark.data).decode()}
    )
    return {
        **drawn,
        "position": watermark.position,
        "opacity": watermark.opacity,
        "size": watermark.size,
    }


def from_json(told: dict[str, Any] | None) -> Watermark | None:
    """The watermark that `to_json` told."""
    if told is None:
        return None
    mark = TextMark(told["text"]) if "text" in told else ImageMark(base64.b64decode(told["image"]))
    return Watermark(
        mark=mark, position=told["position"], opacity=told["opacity"], size=told["size"]
    )
