"""The events in events/ are what the functions really get: each is handled as it promises."""

from __future__ import annotations

import json

import pytest

from tests.example_events import BESIDE, EVENTS, FAILURES, OTHERS, RUNS
from tests.functional.conftest import World, lambda_context
from tests.functional.pipeline import topic


def test_every_event_file_is_tried() -> None:
    tried = {name for _, name in RUNS} | {*OTHERS, *BESIDE}
    assert {path.stem for path in EVENTS.glob("*.json")} == tried


@pytest.mark.parametrize(("function", "name"), RUNS)
def test_event_is_handled_when_its_object_is_already_gone(
    world: World, function: str, name: str
) -> None:
    topics = {f"{name.upper()}_TOPIC_ARN": topic(name) for name in ("uploads", "removals")}
    app = world.load(function, **topics)

    answer = app.handler(json.loads((EVENTS / f"{name}.json").read_text()), lambda_context())

    assert len(answer["batchItemFailures"]) == FAILURES.get(name, 0)
