"""Pictures in, pictures and facts out: pure functions on bytes that know nothing of AWS.

    from darkroom.imaging import ImageLimits, Recipe, RenditionSpec, render

    small = RenditionSpec(name="small", width=240, height=240, resize="cover", format="webp")
    made = render(data, Recipe(renditions=(small,)), ImageLimits())
    made.facts.width, made.renditions[0].data

`python -m darkroom.imaging FOLDER` shows what it makes of your own pictures. Nothing here imports
an imaging library until pixels are needed: not the recipes, not the limits, not the errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.imaging.limits import ImageLimits
from darkroom.imaging.recipe.types import Recipe, RenditionSpec

if TYPE_CHECKING:
    from darkroom.imaging.rendering import Rendered

__all__ = ["ImageLimits", "Recipe", "RenditionSpec", "render"]


def render(data: bytes, recipe: Recipe, limits: ImageLimits) -> Rendered:
    """Make everything that a recipe asks for of a picture's bytes, decoding them once.

    Every rendition is upright, in sRGB, 8 bits a channel, and carries no metadata but copyright
    and artist. Nothing larger than `limits` is decoded.

    Returns the renditions in the recipe's order, the facts about the original, and for what was
    not made the reason: `web-ready`.

    Raises:
        PermanentError: one of `darkroom.imaging.errors`, for whatever is not a picture to process.
            Its `code` is the reason, its `sentence` says so to the picture's owner.
    """
    from darkroom.imaging.rendering import render as render_now

    return render_now(data, recipe, limits)
