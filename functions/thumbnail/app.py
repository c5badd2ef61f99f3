"""Thumbnail: the renditions that galleries show, and what stands in for them until they load."""

from __future__ import annotations

from darkroom.config import ThumbnailConfig, load
from darkroom.image_worker import file_of, image_handler, limits_of
from darkroom.imaging import RenditionSpec, make_thumbnails
from darkroom.imaging.placeholder import dominant_colour, thumbhash
from darkroom.records import DONE, StepOutcome
from darkroom.steps import Result

config = load(ThumbnailConfig)
limits = limits_of(config)
quality = {"jpeg": config.jpeg_quality, "webp": config.webp_quality, "avif": config.webp_quality}
specs = tuple(
    RenditionSpec(
        name=f"thumbnail-{edge}-{name}", longest_edge=edge, format=name, quality=quality[name]
    )
    for edge in config.rendition_edges_pixels
    for name in config.rendition_formats
)


def work(data: bytes) -> Result:
    made = make_thumbnails(data, specs, limits)
    attributes = {
        "placeholder": thumbhash(made.preview),
        "dominant_colour": dominant_colour(made.preview),
    }
    return Result(
        StepOutcome(DONE, attributes=attributes),
        tuple(file_of(rendition) for rendition in made.renditions),
    )


handler = image_handler("thumbnail", config, work, filenames=[])
