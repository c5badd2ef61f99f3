"""Faces: what is found in a picture, in the image's item."""

from __future__ import annotations

from typing import Any

from darkroom.config import ImageConfig, load
from darkroom.pipeline.file_worker import file_handler
from darkroom.pipeline.records import StepOutcome
from darkroom.pipeline.steps import Result
from darkroom.pipeline.uploads import Upload

config = load(ImageConfig)


def look(data: bytes) -> dict[str, Any]:
    """What the item keeps of a picture under the function's name; here, for a start, its size."""
    return {"bytes": len(data)}


def work(data: bytes, _: Upload) -> Result:
    return Result(StepOutcome(attributes={"faces": look(data)}))


handler = file_handler("faces", config, work)
