"""Probe: what a video is, and pictures of it. Only the parts of the file that tell it are read."""

from __future__ import annotations

import json
from typing import Any

from darkroom.config import ProbeConfig, load
from darkroom.errors import PermanentError
from darkroom.imaging import ImageLimits, render
from darkroom.media import MediaLimits, ProcessLimits, inspect
from darkroom.pipeline.pixel_worker import filenames_of, output_of
from darkroom.pipeline.records import StepOutcome
from darkroom.pipeline.steps import Output, Result
from darkroom.pipeline.thumbnails import PREFIX, stand_ins_of, thumbnails_of
from darkroom.pipeline.video_worker import VideoJob, video_handler
from darkroom.places import Place, place_of

DOCUMENT, PREVIEW = "details.json", "preview.webp"
TOP_LEVEL = ("format", "width", "height")
# A function has 120 seconds, for two attempts, the renditions, and writing.
SECONDS = 50

config = load(ProbeConfig)
limits = MediaLimits(
    max_bytes=config.max_video_bytes,
    process=ProcessLimits(cpu_seconds=SECONDS, wall_seconds=SECONDS),
)
recipe = thumbnails_of(config)


def work(job: VideoJob) -> Result:
    try:
        found = inspect(job.source, job.folder, limits)
    except PermanentError:
        # No checksum covers a part of an object: no video is refused for what was damaged on the
        # way once.
        found = inspect(job.source, job.folder, limits)
    made = render(found.poster.read_bytes(), recipe, ImageLimits())
    outputs = [output_of(rendition, prefix=PREFIX) for rendition in made.renditions]
    coordinates = found.facts.get("place", {})
    place = place_of(coordinates.get("latitude"), coordinates.get("longitude"))
    facts = {**found.facts, "place": {**coordinates, **place}} if place else found.facts
    document = json.dumps(facts, ensure_ascii=False, allow_nan=False).encode()
    outputs.append(Output(DOCUMENT, document, "application/json", attribute="details"))
    if found.preview is not None:
        outputs.append(Output(PREVIEW, found.preview, "image/webp", attribute="preview"))
    attributes = {**attributes_of(found.facts, place), **stand_ins_of(made)}
    return Result(StepOutcome(attributes=attributes), tuple(outputs))


def attributes_of(facts: dict[str, Any], place: Place) -> dict[str, Any]:
    """What the item says of a video, under the names that it has for a picture."""
    summary = dict(facts)
    coordinates = summary.pop("place", {})
    summary |= {"has_gps": bool(coordinates), **coordinates}
    if place:
        summary["place"] = place
    if "seconds" in summary:
        summary["duration_seconds"] = summary.pop("seconds")
    attributes = {name: summary.pop(name) for name in TOP_LEVEL}
    if "duration_seconds" in summary:  # pages show it of each video, and read the metadata of one
        attributes["duration_seconds"] = summary["duration_seconds"]
    return attributes | {"metadata": summary}


filenames = [*filenames_of(recipe, prefix=PREFIX), DOCUMENT, PREVIEW]
handler = video_handler("probe", config, work, filenames)
