"""Watermark: a rendition of the picture with the operator's text or logo on it."""

from __future__ import annotations

from darkroom.aws.clients import s3_client
from darkroom.config import WatermarkConfig, load
from darkroom.imaging import Recipe, RenditionSpec, render
from darkroom.pipeline.file_worker import file_handler
from darkroom.pipeline.pixel_worker import filenames_of, limits_of, output_of
from darkroom.pipeline.steps import Result
from darkroom.pipeline.uploads import Upload
from darkroom.pipeline.watermarks import watermark_of

config = load(WatermarkConfig)
limits = limits_of(config)
recipe = Recipe(
    renditions=(
        RenditionSpec(
            name="watermark",
            width=config.watermark_edge_pixels,
            height=config.watermark_edge_pixels,
            format="jpeg",
            quality=config.jpeg_quality,
            watermark=watermark_of(config, s3_client()),
        ),
    )
)


def work(data: bytes, _: Upload) -> Result:
    made = render(data, recipe, limits)
    return Result(outputs=tuple(output_of(rendition) for rendition in made.renditions))


handler = file_handler("watermark", config, work, filenames_of(recipe))
