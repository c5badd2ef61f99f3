"""Watermark: a rendition of the picture with the operator's text or logo on it."""

from __future__ import annotations

from darkroom.aws.clients import s3_client
from darkroom.config import ConfigError, WatermarkConfig, load
from darkroom.imaging import Recipe, RenditionSpec, render
from darkroom.imaging.pixels.watermark import undrawable
from darkroom.imaging.recipe import ImageMark, TextMark, Watermark
from darkroom.pipeline.file_worker import file_handler
from darkroom.pipeline.pixel_worker import filenames_of, limits_of, output_of
from darkroom.pipeline.steps import Result
from darkroom.pipeline.uploads import Upload

config = load(WatermarkConfig)
limits = limits_of(config)


def load_mark() -> TextMark | ImageMark:
    if not config.watermark_image_key:
        if missing := undrawable(config.watermark_text):
            raise ConfigError(
                f"WATERMARK_TEXT has {missing!r}, which its font lacks: use a picture"
            )
        return TextMark(config.watermark_text)
    logo = s3_client().get_object(Bucket=config.processed_bucket, Key=config.watermark_image_key)
    return ImageMark(logo["Body"].read())


recipe = Recipe(
    renditions=(
        RenditionSpec(
            name="watermark",
            width=config.watermark_edge_pixels,
            height=config.watermark_edge_pixels,
            format="jpeg",
            quality=config.jpeg_quality,
            watermark=Watermark(
                mark=load_mark(),
                position=config.watermark_position,
                opacity=config.watermark_opacity_percent / 100,
                size=config.watermark_size_percent / 100,
            ),
        ),
    )
)


def work(data: bytes, _: Upload) -> Result:
    made = render(data, recipe, limits)
    return Result(outputs=tuple(output_of(rendition) for rendition in made.renditions))


handler = file_handler("watermark", config, work, filenames_of(recipe))
