"""Whose messages are handed out next, of tenants of whom one has a backlog; and when a queue is
looked through for what was kept too long, or received too often."""

from __future__ import annotations

import time
from typing import Any

import pytest

from local.emulator.patches.fair_queues import (
    LEAST_IN_FLIGHT,
    RECENT_SECONDS,
    RETENTION_LOOK_SECONDS,
    Tenants,
    if_some_came_back,
    now_and_then,
)

NOW = 1000.0


def waiting(group: str | None, count: int = 1) -> list[dict[str, Any]]:
    return [{"group_id": group, "visible_at": NOW - 1, "receive_count": 0} for _ in range(count)]


def flying(group: str | None, count: int = 1, seconds: float = 1) -> list[dict[str, Any]]:
    return [
        {
            "group_id": group,
            "visible_at": NOW + 60,
            "receive_count": 1,
            "received_at": NOW - seconds,
        }
        for _ in range(count)
    ]


def next_groups(tenants: Tenants, messages: list[dict[str, Any]], at_most: int) -> list[str | None]:
    """The groups of the messages that are handed out, in their order."""
    return [message["group_id"] for message in tenants.next(messages, at_most, NOW)]


def test_quiet_tenant_is_next_when_another_has_most_of_the_messages_in_flight() -> None:
    # All are in flight for no time yet: so it is their number that tells.
    messages = [*flying("noisy", LEAST_IN_FLIGHT, 0), *waiting("noisy", 100), *waiting("quiet", 2)]

    assert next_groups(Tenants(), messages, 3) == ["quiet", "quiet", "noisy"]


def test_order_stays_when_a_tenant_has_few_messages_in_flight() -> None:
    messages = [*flying("a", LEAST_IN_FLIGHT - 1, 0), *waiting("a", 100), *waiting("b")]

    assert next_groups(Tenants(), messages, 3) == ["a", "a", "a"]


def test_quiet_tenant_is_next_when_another_had_the_consumers_time() -> None:
    tenants = Tenants()
    backlog = [*waiting("noisy", 100), *waiting("quiet")]
    tenants.finish([*flying("noisy", 5, 2), *flying("quiet", 1, 0.5)], backlog, NOW - 1)

    assert next_groups(tenants, backlog, 2) == ["quiet", "noisy"]


def test_tenant_is_quiet_again_when_its_time_is_long_ago() -> None:
    tenants = Tenants()
    tenants.finish(flying("a", 5, 2), waiting("a", 5), NOW - RECENT_SECONDS - 1)

    assert next_groups(tenants, [*waiting("a", 5), *waiting("b")], 2) == ["a", "a"]


def test_tenant_is_quiet_again_when_its_backlog_is_worked_off() -> None:
    tenants = Tenants()
    tenants.finish(flying("a", 1, 9), [], NOW - 2)
    tenants.finish(flying("b", 5, 2), waiting("b", 100), NOW - 1)

    assert next_groups(tenants, [*waiting("b", 100), *waiting("a")], 2) == ["a", "b"]


def test_noisy_tenants_take_turns_when_there_are_several() -> None:
    messages = [*flying("a", 3), *flying("b", 2), *waiting("a", 9), *waiting("b", 9)]

    assert next_groups(Tenants(), messages, 4) == ["b", "a", "b", "a"]


def test_message_without_a_group_is_a_quiet_tenant_of_its_own() -> None:
    messages = [*flying("noisy", 40), *flying(None, 40), *waiting("noisy", 9), *waiting(None, 2)]

    assert next_groups(Tenants(), messages, 3) == [None, None, "noisy"]


def test_order_stays_when_no_message_has_a_group() -> None:
    messages = [*flying(None, 40), *waiting(None, 50)]

    assert Tenants().next(messages, 10, NOW) == messages[40:50]


def test_quiet_tenants_are_next_in_the_order_in_which_their_messages_came() -> None:
    first, second, third = waiting("a")[0], waiting(None)[0], waiting("b")[0]
    messages = [*flying("noisy", 40), *waiting("noisy", 9), first, second, third, *waiting("a", 2)]

    chosen = Tenants().next(messages, 3, NOW)

    assert [id(message) for message in chosen] == [id(first), id(second), id(third)]


def test_time_of_a_tenant_counts_again_when_it_comes_back_after_its_rest() -> None:
    tenants, backlog = Tenants(), [*waiting("a", 100), *waiting("b")]
    tenants.finish(flying("a", 1, 9), [], NOW - 3)
    tenants.finish(flying("b", 1, 1), waiting("b"), NOW - 2)
    tenants.finish(flying("a", 5, 2), waiting("a", 100), NOW - 1)

    assert next_groups(tenants, [*waiting("c", 1), *backlog], 3) == ["c", "b", "a"]


def queue(name: str, *messages: dict[str, Any]) -> dict[str, Any]:
    return {"attributes": {"QueueArn": name}, "messages": list(messages)}


def message(receives: int, visible_in_seconds: float) -> dict[str, Any]:
    return {"receive_count": receives, "visible_at": time.time() + visible_in_seconds}


def test_each_queue_s_retention_is_looked_at_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, looked = [100.0], []
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    look = now_and_then(lambda each: looked.append(each["attributes"]["QueueArn"]))

    for seconds in (0, RETENTION_LOOK_SECONDS / 2, RETENTION_LOOK_SECONDS / 2):
        clock[0] += seconds
        look(queue("one"))
        look(queue("another"))

    assert looked == ["one", "another"] * 2


@pytest.mark.parametrize(
    ("messages", "swept"),
    [
        ([], False),
        ([(0, -1)], False),
        ([(5, 60)], False),
        ([(0, -1), (1, -1)], True),
    ],
    ids=["empty", "never received", "in flight", "back"],
)
def test_queue_is_swept_where_a_message_came_back(
    messages: list[tuple[int, float]], swept: bool
) -> None:
    found: list[Any] = []
    look = if_some_came_back(found.append)
    waiting = queue("one", *(message(*each) for each in messages))

    look(waiting)

    assert found == ([waiting] if swept else [])
