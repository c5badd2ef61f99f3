"""Transcode: a rendition for the web, where browsers cannot show the original, or too slowly."""

from __future__ import annotations

from darkroom.config import TranscodeConfig, load
from darkroom.imaging import Recipe, RenditionSpec, render
from darkroom.imaging.recipe import MAX_EDGE
from darkroom.pipeline.file_worker import file_handler
from darkroom.pipeline.pixel_worker import filenames_of, limits_of, output_of
from darkroom.pipeline.records import StepOutcome
from darkroom.pipeline.steps import Result
from darkroom.pipeline.uploads import Upload
from darkroom.states import StepState

config = load(TranscodeConfig)
limits = limits_of(config)
web = RenditionSpec(
    name="web",
    width=MAX_EDGE,
    height=MAX_EDGE,
    format=config.web_format,
    quality=config.web_quality,
    animated=True,
    unless_web_ready=True,
)
recipe = Recipe(renditions=(web,))
WEB_READY = StepOutcome(
    StepState.SKIPPED, reason="web-ready", message="Browsers show the original as it is."
)


def work(data: bytes, _: Upload) -> Result:
    made = render(data, recipe, limits)
    if made.skipped:
        return Result(WEB_READY)
    return Result(outputs=tuple(output_of(rendition) for rendition in made.renditions))


handler = file_handler("transcode", config, work, filenames_of(recipe))
