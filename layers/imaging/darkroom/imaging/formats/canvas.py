"""The canvas of an animation: frames that cover part of it, one drawn over the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple

from PIL import Image

_CLEAR = (0, 0, 0, 0)


class Disposal(Enum):
    """What becomes of a frame before the next one is drawn."""

    KEPT = 0
    CLEARED = 1
    UNDONE = 2
    """The canvas is again as it was before the frame."""


class DrawnFrame(NamedTuple):
    """A decoded frame, mode RGB or RGBA, and how it is drawn."""

    pixels: Image.Image
    left: int
    top: int
    milliseconds: int
    disposal: Disposal
    is_blended: bool = True
    """Whether the canvas is seen through clear pixels, or replaced by them."""


def composed(
    size: tuple[int, int], frames: Iterable[DrawnFrame]
) -> Iterator[tuple[Image.Image, int]]:
    """The canvas with each of the frames, mode RGBA, and the milliseconds that it is shown.

    What no frame covers is clear: so browsers show it, whatever background colour the file names. A
    canvas is good until the next one is asked for.
    """
    canvas = Image.new("RGBA", size)
    for frame in frames:
        before = canvas.copy() if frame.disposal is Disposal.UNDONE else canvas
        place = frame.left, frame.top
        if frame.pixels.mode == "RGBA" and frame.is_blended:
            canvas.alpha_composite(frame.pixels, place)
        else:
            canvas.paste(frame.pixels, place)
        yield canvas, frame.milliseconds
        if frame.disposal is Disposal.CLEARED:
            box = *place, frame.left + frame.pixels.width, frame.top + frame.pixels.height
            canvas.paste(_CLEAR, box)
        canvas = before
