"""Thumbnail: the renditions that galleries show, and a placeholder until they load."""

from __future__ import annotations

from darkroom.config import ThumbnailConfig, load
from darkroom.imaging import render
from darkroom.imaging.recipe.reader import read_recipes
from darkroom.pipeline.file_worker import file_handler
from darkroom.pipeline.pixel_worker import filenames_of, limits_of, output_of
from darkroom.pipeline.records import StepOutcome
from darkroom.pipeline.steps import Result
from darkroom.pipeline.thumbnails import PREFIX, stand_ins_of, thumbnails_of
from darkroom.pipeline.uploads import Upload

config = load(ThumbnailConfig)
limits = limits_of(config)
usual = thumbnails_of(config)
recipes = read_recipes(config.recipes)


def work(data: bytes, upload: Upload) -> Result:
    made = render(data, recipes.for_path(upload.path) or usual, limits)
    outputs = tuple(output_of(rendition, prefix=PREFIX) for rendition in made.renditions)
    return Result(StepOutcome(attributes=stand_ins_of(made)), outputs)


every = (usual, *recipes.by_prefix.values())
filenames = {name for recipe in every for name in filenames_of(recipe, prefix=PREFIX)}
handler = file_handler("thumbnail", config, work, filenames)
