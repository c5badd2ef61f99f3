"""The events in events/ are what the functions really get: each is handled as it promises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.functional.conftest import World, lambda_context

EVENTS = Path(__file__).parents[2] / "events"
FAILURES = {"poison": 2}


def test_every_event_file_is_tried_here() -> None:
    named = {path.stem for path in EVENTS.glob("*.json")}

    assert named == {name for names in FILES.values() for name in names}


CREATED = ["overwrite", "key-with-spaces", "several-records", "test-event", "poison"]
FILES = {
    "thumbnail": ["thumbnail", *CREATED],
    "watermark": ["watermark"],
    "transcode": ["transcode"],
    "metadata": ["metadata"],
    "quota": ["quota", "delete"],
    "notify": ["notify"],
    "cleanup": ["cleanup", "expiry", "over-quota"],
}


@pytest.mark.parametrize(
    ("function", "name"), [(function, name) for function in FILES for name in FILES[function]]
)
def test_event_is_handled_when_its_object_is_already_gone(
    world: World, function: str, name: str
) -> None:
    app = world.load(function)

    answer = app.handler(json.loads((EVENTS / f"{name}.json").read_text()), lambda_context())

    assert len(answer["batchItemFailures"]) == FAILURES.get(name, 0)
