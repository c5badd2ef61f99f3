"""A sweep goes on where it stopped, and one run at a time moves it on."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from darkroom.aws.clients import dynamodb_client
from darkroom.aws.errors import ConditionFailed
from darkroom.repair.reconcile.progress import Position, Progress

from tests.functional.conftest import World


class Clock:
    seconds = 1_000_000.9


@pytest.fixture
def clock(world: World) -> Clock:
    stopped = Clock()
    world.monkeypatch.setattr("time.time", lambda: stopped.seconds)
    return stopped


@pytest.fixture
def progress(clock: Clock) -> Progress:
    return Progress(dynamodb_client(), "IdempotencyTable")


HALF = Position("usage", "ann", "users/ann/a.jpg", {"identity_id": "bob"}, Counter(Unseen=2))


def test_sweep_begins_at_the_beginning_when_there_was_none(progress: Progress) -> None:
    assert progress.take("one", 60) == Position("objects", "", "", None, Counter())


def test_only_one_run_has_the_position_when_two_take_it(progress: Progress, clock: Clock) -> None:
    progress.take("one", 60)
    assert progress.take("two", 60) is None
    assert progress.take("one", 60) == Position()  # its reply was lost
    clock.seconds += 60
    assert progress.take("two", 60) is None
    clock.seconds += 1
    assert progress.take("two", 60) == Position()


def test_position_is_as_it_was_left_when_the_next_run_takes_it(progress: Progress) -> None:
    progress.take("one", 60)
    progress.save("one", HALF, done=False)
    assert progress.take("two", 60) is None
    progress.save("one", HALF, done=True)
    taken = progress.take("two", 60)
    assert taken == HALF
    assert taken.found["Vanished"] == 0  # it goes on counting


def test_position_is_found_by_other_releases_when_it_is_kept(
    world: World, progress: Progress
) -> None:
    progress.take("one", 60)
    progress.save("one", HALF, done=False)
    mark = world.item("IdempotencyTable", id="reconcile#progress")
    assert mark is not None
    assert (mark["run"], mark["leased_until"]) == ("one", 1_000_060)
    assert json.loads(mark["position"]) == {
        "phase": "usage",
        "user": "ann",
        "key": "users/ann/a.jpg",
        "scanned": {"identity_id": "bob"},
        "found": {"Unseen": 2},
    }


def test_nothing_is_saved_when_another_run_has_the_position(
    progress: Progress, clock: Clock
) -> None:
    progress.take("one", 60)
    clock.seconds += 61
    progress.take("two", 60)
    with pytest.raises(ConditionFailed):
        progress.save("one", HALF, done=True)
    progress.save("two", Position(user="bob"), done=True)
    assert progress.take("three", 60) == Position(user="bob")


@pytest.mark.parametrize(
    ("position", "is_at_end"),
    [
        (Position(), False),
        (Position("usage"), False),
        (Position("usage", scanned={"identity_id": "ann"}), False),
        (Position("usage", scanned={}), True),
        (Position("objects", scanned={}), False),
    ],
)
def test_sweep_is_at_its_end_when_all_usage_was_read(position: Position, is_at_end: bool) -> None:
    assert position.is_at_end == is_at_end
