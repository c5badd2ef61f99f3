"""A photo with a dead letter is failed for its owner, once, and what it is after a redrive."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import pytest

from tests.functional.conftest import STEPS, World
from tests.functional.test_join import finish, finish_all, upload_of

OTHERS = [step for step in STEPS if step != "thumbnail"]


class Letters:
    """The dead letter queues, and the function that looks through them."""

    def __init__(self, world: World) -> None:
        self._world = world
        # moto has one server, which a short poll asks as well, and really waits in a long one.
        world.monkeypatch.setattr("darkroom.repair.dead_letters._WAIT_SECONDS", 0)
        self._urls = {
            name: world.sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
            for name in (*STEPS, "notify")
        }
        queues = ",".join(f"{name}={url}" for name, url in self._urls.items())
        self._app: ModuleType = world.load("fail", DEAD_LETTER_QUEUES=queues)

    def leave(self, step: str, body: Any) -> None:
        text = body if isinstance(body, str) else json.dumps({"Records": [body]})
        self._world.sqs.send_message(QueueUrl=self._urls[step], MessageBody=text)

    def look(self) -> None:
        self._world.invoke(self._app)

    def waiting(self, step: str) -> int:
        """How many letters an operator could take right now."""
        answer = self._world.sqs.get_queue_attributes(
            QueueUrl=self._urls[step], AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])


@pytest.fixture
def letters(world: World) -> Letters:
    return Letters(world)


def status(world: World, name: str = "a.jpg") -> tuple[Any, Any]:
    image = world.image("ann", name) or {}
    return image.get("status"), image.get("reason")


def kinds(world: World) -> list[str]:
    return [notification["kind"] for notification in world.notifications("ann")]


def test_photo_fails_once_when_its_step_is_a_dead_letter(world: World, letters: Letters) -> None:
    created = world.put("ann", "a.jpg")
    for step in OTHERS:
        finish(upload_of("ann", "a.jpg", created), step)
    letters.leave("thumbnail", created)

    letters.look()
    letters.look()

    assert status(world) == ("failed", "unfinished")
    assert kinds(world) == ["failed"]
    assert [message["kind"] for message in world.published()] == ["failed"]


def test_letter_waits_as_before_when_it_was_looked_at(world: World, letters: Letters) -> None:
    for number in range(25):
        letters.leave("thumbnail", world.put("ann", f"{number}.jpg"))

    letters.look()

    assert letters.waiting("thumbnail") == 25
    assert len(kinds(world)) == 25


@pytest.mark.parametrize("seen", [True, False])
def test_photo_is_processed_and_its_owner_told_when_the_letter_is_redriven(
    world: World, letters: Letters, seen: bool
) -> None:
    notify = world.load("notify")
    created = world.put("ann", "a.jpg")
    upload = upload_of("ann", "a.jpg", created)
    for step in OTHERS:
        finish(upload, step)
    letters.leave("thumbnail", created)
    letters.look()

    finish(upload, "thumbnail")
    world.deliver(notify, *world.receipts())
    if seen:
        letters.look()  # a copy of the letter is still there

    assert status(world) == ("processed", None)
    assert kinds(world) == ["failed", "processed"]


def test_photo_fails_when_no_function_could_even_open_it(world: World, letters: Letters) -> None:
    letters.leave("quota", world.put("ann", "a.jpg"))

    letters.look()

    assert status(world) == ("failed", "unfinished")


def test_photo_fails_when_the_receipt_of_its_last_step_is_a_dead_letter(
    world: World, letters: Letters
) -> None:
    finish_all(upload_of("ann", "a.jpg", world.put("ann", "a.jpg")))
    letters.leave("notify", world.receipts()[0])

    letters.look()

    assert status(world) == ("failed", "unfinished")


def test_photo_goes_on_when_the_letter_is_of_a_step_that_is_done(
    world: World, letters: Letters
) -> None:
    created = world.put("ann", "a.jpg")
    finish(upload_of("ann", "a.jpg", created), "thumbnail")
    letters.leave("thumbnail", created)
    letters.leave("notify", world.receipts()[0])

    letters.look()

    assert status(world) == ("processing", None)


@pytest.mark.parametrize("later", ["end", "overwrite", "delete", "delete unseen"])
def test_letter_changes_nothing_when_nobody_waits_for_it(
    world: World, letters: Letters, later: str
) -> None:
    notify, cleanup = world.load("notify"), world.load("cleanup")
    created = world.put("ann", "a.jpg")
    letters.leave("thumbnail", created)
    if later == "end":
        finish_all(upload_of("ann", "a.jpg", created))
        world.deliver(notify, *world.receipts())
    elif later == "overwrite":
        finish(upload_of("ann", "a.jpg", world.put("ann", "a.jpg")), "quota")
    else:
        if later == "delete":
            finish(upload_of("ann", "a.jpg", created), "quota")
        world.deliver(cleanup, world.delete("ann", "a.jpg"))
    before, told = world.image("ann", "a.jpg"), kinds(world)

    letters.look()

    assert world.image("ann", "a.jpg") == before
    assert kinds(world) == told


def test_letters_behind_it_are_looked_at_when_one_is_no_event(
    world: World, letters: Letters
) -> None:
    letters.leave("thumbnail", "no JSON")
    letters.leave("thumbnail", world.delete("ann", "b.jpg"))
    letters.leave("thumbnail", world.put("ann", "a.jpg"))

    letters.look()

    assert status(world) == ("failed", "unfinished")


def test_owner_is_told_when_the_run_that_failed_the_photo_died(
    world: World, letters: Letters
) -> None:
    letters.leave("quota", world.put("ann", "a.jpg"))
    failed = world.monkeypatch.context()
    with failed as patch:
        patch.setattr("darkroom.people.notifications.Notifications.announce", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            letters.look()
    assert (status(world), kinds(world)) == (("failed", "unfinished"), [])

    letters.look()

    assert kinds(world) == ["failed"]
