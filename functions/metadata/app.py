"""Metadata: what the file says of itself, in full as a document and in short in the image's item."""

from __future__ import annotations

import json

from darkroom.config import MetadataConfig, load
from darkroom.image_worker import image_handler, limits_of
from darkroom.imaging.metadata import read_metadata
from darkroom.records import DONE, StepOutcome
from darkroom.steps import Output, Result

DOCUMENT = "details.json"
_TOP_LEVEL = ("format", "width", "height", "content_hash", "perceptual_hash")

config = load(MetadataConfig)
limits = limits_of(config)


def work(data: bytes) -> Result:
    metadata = read_metadata(data, limits)
    document = json.dumps(metadata.to_dict(), ensure_ascii=False, allow_nan=False)
    summary = metadata.summary()
    attributes = {name: summary.pop(name) for name in _TOP_LEVEL if name in summary}
    return Result(
        StepOutcome(DONE, attributes={**attributes, "metadata": summary}),
        (Output(DOCUMENT, document.encode(), "application/json"),),
    )


handler = image_handler("metadata", config, work, filenames=[DOCUMENT])
