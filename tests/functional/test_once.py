"""An effect happens once: a claim lasts as long as its run may, and is nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import pytest
from darkroom.aws.clients import dynamodb_client
from darkroom.errors import TransientError
from darkroom.marks import MARK_SECONDS
from darkroom.people.once import AlreadyInProgress, Once

from tests.functional.conftest import World
from tests.functional.wire import Killed, only


@dataclass
class Clock:
    milliseconds: int = 1_700_000_000_000


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()
    monkeypatch.setattr("time.time_ns", lambda: stopped.milliseconds * 1_000_000 + 999_999)
    return stopped


@pytest.fixture
def effects() -> list[str]:
    return []


@pytest.fixture
def run(world: World, effects: list[str]) -> Callable[..., None]:
    """A run of a function that may take a second: it has an effect, in which something happens."""

    def run_once(
        happens: Callable[[], object] = lambda: None, name: str = "a", *, begins: bool = True
    ) -> None:
        once = Once(dynamodb_client(), "IdempotencyTable")
        if begins:
            context = SimpleNamespace(get_remaining_time_in_millis=lambda: 1_000)
            once.begin(cast("Any", context))

        def effect() -> None:
            effects.append(name)
            happens()

        once.run_once(name, effect)

    return run_once


def die() -> None:
    raise Killed


def fail() -> None:
    raise ZeroDivisionError


@pytest.mark.usefixtures("clock")
def test_effect_happens_once_for_each_name_when_it_is_run_again(
    run: Callable[..., None], effects: list[str]
) -> None:
    for name in ("a", "b", "a"):
        run(name=name)
    assert effects == ["a", "b"]


def test_effect_does_not_happen_again_when_it_is_done_and_its_claim_is_over(
    clock: Clock, run: Callable[..., None], effects: list[str]
) -> None:
    run()
    clock.milliseconds += 60_000
    run()
    assert effects == ["a"]


@pytest.mark.parametrize("passed", [0, 999])
def test_other_run_leaves_it_alone_when_one_may_be_in_the_middle_of_it(
    clock: Clock, run: Callable[..., None], effects: list[str], passed: int
) -> None:
    with pytest.raises(Killed):
        run(die)
    clock.milliseconds += passed
    with pytest.raises(AlreadyInProgress):
        run()
    assert effects == ["a"]


def test_other_run_has_it_when_the_time_of_a_dead_one_is_over(
    clock: Clock, run: Callable[..., None], effects: list[str]
) -> None:
    with pytest.raises(Killed):
        run(die)
    clock.milliseconds += 1_000
    run()
    run()
    assert effects == ["a", "a"]


@pytest.mark.usefixtures("clock")
def test_claim_is_over_at_once_when_nobody_said_how_long_the_run_may_take(
    run: Callable[..., None], effects: list[str]
) -> None:
    with pytest.raises(Killed):
        run(die, begins=False)
    run()
    assert effects == ["a", "a"]


@pytest.mark.usefixtures("clock")
def test_next_attempt_has_it_at_once_when_it_failed(
    run: Callable[..., None], effects: list[str]
) -> None:
    with pytest.raises(ZeroDivisionError):
        run(fail)
    run()
    assert effects == ["a", "a"]


def test_claim_of_another_run_stays_when_a_late_one_fails(
    clock: Clock, run: Callable[..., None], effects: list[str]
) -> None:
    def be_late() -> None:
        clock.milliseconds += 1_000
        with pytest.raises(Killed):
            run(die)
        fail()

    with pytest.raises(ZeroDivisionError):
        run(be_late)
    with pytest.raises(AlreadyInProgress):
        run()
    assert effects == ["a", "a"]


@pytest.mark.usefixtures("clock")
def test_own_error_is_told_when_the_claim_cannot_be_given_back(
    world: World, run: Callable[..., None]
) -> None:
    world.monkeypatch.setattr("time.sleep", lambda _: None)
    with (
        pytest.raises(ZeroDivisionError),
        world.wire.watch(lambda number, _: "unreachable" if number else "none"),
    ):
        run(fail)


@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("is_over", [False, True])
def test_message_comes_again_when_a_claim_is_refused_that_nobody_has(
    world: World, run: Callable[..., None], effects: list[str], is_over: bool
) -> None:
    if is_over:
        with pytest.raises(Killed):
            run(die, begins=False)
        effects.clear()
    with pytest.raises(TransientError), world.wire.watch(only("UpdateItem", "refused")):
        run()
    assert effects == []


@pytest.mark.usefixtures("clock")
def test_effect_happens_when_the_reply_to_its_claim_was_lost(
    world: World, run: Callable[..., None], effects: list[str]
) -> None:
    world.monkeypatch.setattr("time.sleep", lambda _: None)
    with world.wire.watch(only("UpdateItem", "reply lost")):
        run()
    assert effects == ["a"]


def test_mark_outlives_every_message_when_it_is_written(
    world: World, run: Callable[..., None]
) -> None:
    world.monkeypatch.setattr("time.time", lambda: 1_000.9)
    run()
    found = world.item("IdempotencyTable", id="once#a")
    assert found is not None
    assert (found["done"], found["expiration"]) == (True, 1_000 + MARK_SECONDS)


def test_run_is_told_for_how_long_another_may_be_at_it(
    clock: Clock, run: Callable[..., None]
) -> None:
    def meet() -> None:
        clock.milliseconds += 400
        with pytest.raises(AlreadyInProgress, match=r"^a is claimed by another run$") as met:
            run()
        assert met.value.milliseconds_left == 600  # of its second

    run(meet)
