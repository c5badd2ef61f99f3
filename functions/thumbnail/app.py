"""Thumbnail: the renditions that galleries show, and what stands in for them until they load."""

from __future__ import annotations

from darkroom.config import ThumbnailConfig, load
from darkroom.image_worker import filename_of, image_handler, limits_of, output_of
from darkroom.imaging.placeholder import dominant_colour, thumbhash
from darkroom.imaging.renditions import RenditionSpec
from darkroom.imaging.thumbnails import make_thumbnails
from darkroom.records import DONE, StepOutcome
from darkroom.steps import Result

config = load(ThumbnailConfig)
limits = limits_of(config)
quality = {"jpeg": config.jpeg_quality, "webp": config.webp_quality, "avif": config.webp_quality}
specs = [
    RenditionSpec(f"thumbnail-{edge}-{format_}", edge, format_, quality[format_])
    for edge in config.rendition_edges_pixels
    for format_ in config.rendition_formats
]
# In the item a rendition is "thumbnail-240-webp"; its file is "thumbnail-240.webp".
stems = {spec.name: f"thumbnail-{spec.longest_edge}" for spec in specs}


def work(data: bytes) -> Result:
    made = make_thumbnails(data, specs, limits)
    attributes = {
        "placeholder": thumbhash(made.preview),
        "dominant_colour": dominant_colour(made.preview),
    }
    return Result(
        StepOutcome(DONE, attributes=attributes),
        tuple(output_of(rendition, name=stems[rendition.name]) for rendition in made.renditions),
    )


handler = image_handler(
    "thumbnail", config, work, [filename_of(stems[spec.name], spec.format) for spec in specs]
)
