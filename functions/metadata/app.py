"""Metadata: what a file says about itself, in full as a document, in short in the image's item."""

from __future__ import annotations

import json
from typing import Any

from darkroom.config import MetadataConfig, load
from darkroom.imaging.document import read_metadata
from darkroom.pipeline.file_worker import file_handler
from darkroom.pipeline.pixel_worker import limits_of
from darkroom.pipeline.records import StepOutcome
from darkroom.pipeline.steps import Output, Result
from darkroom.pipeline.uploads import Upload
from darkroom.places import place_of

DOCUMENT = "details.json"
TOP_LEVEL = ("format", "width", "height", "perceptual_hash")

config = load(MetadataConfig)
limits = limits_of(config)


def work(data: bytes, _: Upload) -> Result:
    metadata = read_metadata(data, limits)
    document, summary = metadata.to_dict(), dict[str, Any](metadata.summary())
    if place := place_of(summary.get("latitude"), summary.get("longitude")):
        document["place"] = summary["place"] = place
    attributes = {name: summary.pop(name) for name in TOP_LEVEL}
    attributes |= {"content_hash": summary.pop("sha256"), "metadata": summary}
    text = json.dumps(document, ensure_ascii=False, allow_nan=False)
    return Result(
        StepOutcome(attributes=attributes),
        (Output(DOCUMENT, text.encode(), "application/json", attribute="details"),),
    )


handler = file_handler("metadata", config, work, [DOCUMENT])
