"""When a queue is looked through for what was kept too long, or received too often."""

from __future__ import annotations

import time
from typing import Any

import pytest

from local.emulator.patches.long_queues import EVERY_SECONDS, if_some_came_back, now_and_then


def queue(name: str, *messages: dict[str, Any]) -> dict[str, Any]:
    return {"attributes": {"QueueArn": name}, "messages": list(messages)}


def message(receives: int, visible_in_seconds: float) -> dict[str, Any]:
    return {"receive_count": receives, "visible_at": time.time() + visible_in_seconds}


def test_each_queue_s_retention_is_looked_at_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, looked = [100.0], []
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    look = now_and_then(lambda each: looked.append(each["attributes"]["QueueArn"]))

    for seconds in (0, EVERY_SECONDS / 2, EVERY_SECONDS / 2):
        clock[0] += seconds
        look(queue("one"))
        look(queue("another"))

    assert looked == ["one", "another"] * 2


@pytest.mark.parametrize(
    ("messages", "swept"),
    [
        ([], False),
        ([message(0, -1)], False),
        ([message(5, 60)], False),
        ([message(0, -1), message(1, -1)], True),
    ],
    ids=["empty", "never received", "in flight", "back"],
)
def test_queue_is_swept_where_a_message_came_back(
    messages: list[dict[str, Any]], swept: bool
) -> None:
    found: list[Any] = []
    look = if_some_came_back(found.append)
    waiting = queue("one", *messages)

    look(waiting)

    assert found == ([waiting] if swept else [])
