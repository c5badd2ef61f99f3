"""Faces: what is found in a file of any kind, in its item."""

from __future__ import annotations

from typing import Any

from darkroom.config import FileConfig, load
from darkroom.pipeline.file_worker import file_handler
from darkroom.pipeline.records import StepOutcome
from darkroom.pipeline.steps import Result
from darkroom.pipeline.uploads import Upload

config = load(FileConfig)


def look(data: bytes) -> dict[str, Any]:
    """What the item keeps of a file under the function's name; here, for a start, its size."""
    return {"bytes": len(data)}


def work(data: bytes, _: Upload) -> Result:
    return Result(StepOutcome(attributes={"faces": look(data)}))


handler = file_handler("faces", config, work)
