"""When a rush starts another run, and when a queue is looked through for a quiet tenant."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from local.emulator.patches.own_processors import (
    LONG_SECONDS,
    LOOK_AGAIN_SECONDS,
    Looks,
    Runs,
    in_turn,
)

Clock = Callable[[float], None]


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Lets seconds pass, and the only thing that does."""
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])

    def wait(seconds: float) -> None:
        clock[0] += seconds

    return wait


def test_no_processor_is_free_when_as_many_runs_are_under_way() -> None:
    runs = Runs(2)
    first = runs.counted(lambda: None)
    assert runs.is_one_free()
    runs.counted(lambda: None)
    assert not runs.is_one_free()

    first()

    assert runs.is_one_free()


def test_processor_is_free_again_when_a_run_failed() -> None:
    runs = Runs(1)

    def fail(name: str) -> None:
        raise LookupError(name)

    run = runs.counted(fail)
    with pytest.raises(LookupError, match="a message"):
        run("a message")

    assert runs.is_one_free()


def test_run_is_not_counted_when_it_takes_long(pass_time: Clock) -> None:
    runs = Runs(1)
    runs.counted(lambda: None)

    pass_time(LONG_SECONDS - 0.1)
    assert not runs.is_one_free()
    pass_time(0.1)
    assert runs.is_one_free()


def waiting(*tenants: str | None) -> list[dict[str, Any]]:
    return [{"group_id": tenant, "visible_at": time.time() - 1} for tenant in tenants]


def in_flight(tenant: str) -> list[dict[str, Any]]:
    return [{"group_id": tenant, "visible_at": time.time() + 60}]


def queue(messages: list[dict[str, Any]], name: str = "one") -> dict[str, Any]:
    return {"attributes": {"QueueArn": name}, "messages": messages}


def test_queue_is_looked_through_when_it_never_was() -> None:
    looks = Looks()
    looks.note(queue(waiting("noisy")))

    assert looks.is_due(queue(waiting("noisy"), "another"))


@pytest.mark.parametrize(
    ("came", "due"),
    [
        ([], False),
        (["noisy"], False),
        (["noisy", "noisier"], False),
        (["noisy", "quiet", "noisy"], True),
        ([None], True),  # a tenant of its own
        (["at work"], True),  # its messages in flight make nobody noisy
    ],
)
def test_queue_is_looked_through_when_another_tenant_s_message_came(
    came: list[str | None], due: bool
) -> None:
    messages = [*in_flight("at work"), *waiting("noisy", "noisier")]
    looks = Looks()
    looks.note(queue(messages))

    assert looks.is_due(queue([*messages, *waiting(*came)])) is due


def test_queue_is_looked_through_now_and_then_when_nothing_came(pass_time: Clock) -> None:
    looks, full = Looks(), queue(waiting("noisy"))
    looks.note(full)

    pass_time(LOOK_AGAIN_SECONDS - 0.1)
    assert not looks.is_due(full)
    pass_time(0.1)
    assert looks.is_due(full)


def test_queue_that_was_empty_is_looked_through_when_something_came() -> None:
    looks = Looks()
    looks.note(queue([]))

    assert not looks.is_due(queue([]))
    assert looks.is_due(queue(waiting("noisy")))


def test_each_is_first_in_its_turn() -> None:
    turns = in_turn(lambda: iter("abc"))

    assert ["".join(turns()) for _ in range(4)] == ["abc", "bca", "cab", "abc"]
    assert list(in_turn(lambda: iter(()))()) == []
