"""What galleries show of a file: a picture of it in every size, and what stands in until it loads.

The files and the names in the item are the same for every kind that has a picture to show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.imaging.hashes.placeholder import dominant_colour, thumbhash
from darkroom.imaging.recipe import Recipe, inside

if TYPE_CHECKING:
    from darkroom.config import RenditionsConfig
    from darkroom.imaging.rendering import Rendered

# A rendition named "240" is the file "thumbnail-240.webp", and "thumbnail-240-webp" in the item.
PREFIX = "thumbnail-"


def thumbnails_of(config: RenditionsConfig) -> Recipe:
    """The recipe that the environment sets."""
    quality = {
        "jpeg": config.jpeg_quality, "webp": config.webp_quality, "avif": config.webp_quality,
    }  # fmt: skip
    return Recipe(
        renditions=tuple(
            inside(str(edge), edge, format_, quality[format_])
            for edge in config.rendition_edges_pixels
            for format_ in config.rendition_formats
        ),
        preview=True,
    )


def stand_ins_of(made: Rendered) -> dict[str, str]:
    """The attributes of an item that are shown until a rendition is there."""
    if made.preview is None:
        return {}
    return {
        "placeholder": thumbhash(made.preview),
        "dominant_colour": dominant_colour(made.preview),
    }
