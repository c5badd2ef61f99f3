"""Thumbnail: the renditions that galleries show, and a placeholder until they load."""

from __future__ import annotations

from darkroom.config import ThumbnailConfig, load
from darkroom.imaging import Recipe, render
from darkroom.imaging.hashes.placeholder import dominant_colour, thumbhash
from darkroom.imaging.recipe import inside
from darkroom.imaging.recipe.reader import read_recipes
from darkroom.pipeline.file_worker import file_handler
from darkroom.pipeline.pixel_worker import filenames_of, limits_of, output_of
from darkroom.pipeline.records import StepOutcome
from darkroom.pipeline.steps import Result
from darkroom.pipeline.uploads import Upload

# A rendition named "240" is the file "thumbnail-240.webp", and "thumbnail-240-webp" in the item.
PREFIX = "thumbnail-"

config = load(ThumbnailConfig)
limits = limits_of(config)
quality = {"jpeg": config.jpeg_quality, "webp": config.webp_quality, "avif": config.webp_quality}
usual = Recipe(
    renditions=tuple(
        inside(str(edge), edge, format_, quality[format_])
        for edge in config.rendition_edges_pixels
        for format_ in config.rendition_formats
    ),
    preview=True,
)
recipes = read_recipes(config.recipes)


def work(data: bytes, upload: Upload) -> Result:
    made = render(data, recipes.for_path(upload.path) or usual, limits)
    attributes = {}
    if made.preview is not None:
        attributes = {
            "placeholder": thumbhash(made.preview),
            "dominant_colour": dominant_colour(made.preview),
        }
    outputs = tuple(output_of(rendition, prefix=PREFIX) for rendition in made.renditions)
    return Result(StepOutcome(attributes=attributes), outputs)


every = (usual, *recipes.by_prefix.values())
filenames = {name for recipe in every for name in filenames_of(recipe, prefix=PREFIX)}
handler = file_handler("thumbnail", config, work, filenames)
