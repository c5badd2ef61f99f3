"""Watermark: the picture with the operator's text or logo on it, as a rendition of its own."""

from __future__ import annotations

from darkroom.aws import s3_client
from darkroom.config import ConfigError, WatermarkConfig, load
from darkroom.image_worker import filename_of, image_handler, limits_of, output_of
from darkroom.imaging.marks import ImageMark, TextMark, undrawable
from darkroom.imaging.watermark import NAME, apply_watermark
from darkroom.steps import Result

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


mark = load_mark()


def work(data: bytes) -> Result:
    rendition = apply_watermark(
        data,
        mark,
        position=config.watermark_position,
        opacity=config.watermark_opacity_percent / 100,
        size=config.watermark_size_percent / 100,
        longest_edge=config.watermark_edge_pixels,
        format_="jpeg",
        quality=config.jpeg_quality,
        limits=limits,
    )
    return Result(outputs=(output_of(rendition),))


handler = image_handler("watermark", config, work, [filename_of(NAME, "jpeg")])
