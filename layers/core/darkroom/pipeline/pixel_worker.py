"""What functions that read pixels share: limits, and the files that a recipe makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.config import ImageConfig
from darkroom.imaging.formats import FORMATS
from darkroom.imaging.limits import ImageLimits
from darkroom.imaging.recipe import Recipe
from darkroom.kinds import Format
from darkroom.pipeline.steps import Output

if TYPE_CHECKING:
    from darkroom.imaging.renditions import Rendition


def limits_of(config: ImageConfig) -> ImageLimits:
    """The imaging limits that the environment sets."""
    return ImageLimits(
        max_bytes=config.max_upload_bytes,
        max_jpeg_pixels=config.max_jpeg_pixels,
        max_pixels=config.max_pixels,
        max_frames=config.max_frames,
        max_total_frame_pixels=config.max_total_frame_pixels,
        max_edge=config.max_edge_pixels,
        max_memory=config.max_decoding_bytes,
    )


def filenames_of(recipe: Recipe, *, prefix: str = "") -> list[str]:
    """Every file that a recipe can make; `prefix` is the one given to `output_of`."""
    return [
        _filename(f"{prefix}{spec.name}", format_)
        for spec in recipe.renditions
        for format_ in spec.formats
    ]


def output_of(rendition: Rendition, *, prefix: str = "") -> Output:
    """A rendition as a file, listed in the image's item.

    Without a prefix it is listed under its own name, as there is one of it; with one, under both
    and its format: the file `thumbnail-240.jpg` is `thumbnail-240-jpeg`.
    """
    stem = f"{prefix}{rendition.name}"
    return Output(
        filename=_filename(stem, rendition.format),
        body=rendition.data,
        content_type=FORMATS[Format(rendition.format)].content_type,
        rendition=f"{stem}-{rendition.format}" if prefix else stem,
        format=rendition.format,
        width=rendition.width,
        height=rendition.height,
    )


def _filename(stem: str, format_: str) -> str:
    return f"{stem}.{FORMATS[Format(format_)].extension}"
