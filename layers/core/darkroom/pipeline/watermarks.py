"""The operator's watermark, as the environment describes it: for pictures and for videos."""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.config import ConfigError, MarkConfig
from darkroom.imaging.recipe import ImageMark, TextMark, Watermark

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def watermark_of(config: MarkConfig, s3: S3Client) -> Watermark:
    """The watermark; its picture, where it is one, is read from the processed bucket.

    Raises:
        ConfigError: the text has characters that the font lacks.
    """
    return Watermark(
        mark=_mark(config, s3),
        position=config.watermark_position,
        opacity=config.watermark_opacity_percent / 100,
        size=config.watermark_size_percent / 100,
    )


def _mark(config: MarkConfig, s3: S3Client) -> TextMark | ImageMark:
    if not config.watermark_image_key:
        from darkroom.imaging.pixels.watermark import undrawable  # with Pillow

        if missing := undrawable(config.watermark_text):
            raise ConfigError(
                f"WATERMARK_TEXT has {missing!r}, which its font lacks: use a picture"
            )
        return TextMark(config.watermark_text)
    logo = s3.get_object(Bucket=config.processed_bucket, Key=config.watermark_image_key)
    return ImageMark(logo["Body"].read())
