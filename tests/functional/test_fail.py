"""A photo with a dead letter is failed for its owner, once, and what it is after a redrive."""

from __future__ import annotations

import json
from types import ModuleType
from typing import Any

import pytest
from darkroom.people.notifications import Notifications

from tests.functional.conftest import PROCESSED, STEPS, World, lambda_context
from tests.functional.pipeline import EVERY_STEP
from tests.functional.test_join import event_of_file, finish, finish_all, receipt_file, upload_of
from tests.functional.wire import Fault

OTHERS = [step for step in STEPS if step != "thumbnail"]


class Letters:
    """The dead letter queues, and the function that looks through them."""

    def __init__(self, world: World) -> None:
        self._world = world
        # moto has one server, which a short poll asks as well, and really waits in a long one.
        world.monkeypatch.setattr("darkroom.repair.dead_letters._WAIT_SECONDS", 0)
        self.urls = {
            name: world.sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
            for name in ("relay", *EVERY_STEP, "notify")
        }
        queues = ",".join(f"{name}={url}" for name, url in self.urls.items())
        self._app: ModuleType = world.load("fail", DEAD_LETTER_QUEUES=queues)

    def leave(self, step: str, body: Any) -> None:
        text = body if isinstance(body, str) else json.dumps({"Records": [body]})
        self._world.sqs.send_message(QueueUrl=self.urls[step], MessageBody=text)

    def look(self, context: Any = None) -> None:
        self._app.handler({"source": "aws.events"}, context or lambda_context())

    def waiting(self, step: str) -> int:
        """How many letters an operator could take right now."""
        answer = self._world.sqs.get_queue_attributes(
            QueueUrl=self.urls[step], AttributeNames=["ApproximateNumberOfMessages"]
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


def test_queue_is_not_received_from_when_it_is_empty(world: World, letters: Letters) -> None:
    letters.leave("notify", "{}")
    with world.wire.watch(lambda *_: "none"):
        letters.look()
        received = [sent for sent in world.wire.sent if sent.startswith("ReceiveMessage")]
    assert len(received) == 2  # the letter, and that there is no other


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


def test_run_goes_on_when_a_letter_of_notify_is_about_another_file_than_a_receipt(
    world: World, letters: Letters
) -> None:
    upload = upload_of("ann", "a.jpg", world.put("ann", "a.jpg"))
    finish_all(upload)
    key = upload.output_key("details.json")  # which notify was told of, until 0.2.0
    world.s3.put_object(Bucket=PROCESSED, Key=key, Body=b"{}")
    for message in (event_of_file(world, key), *world.receipts()):
        letters.leave("notify", message)

    letters.look()

    assert kinds(world) == ["failed"]


def test_photo_fails_when_no_function_could_even_open_it(world: World, letters: Letters) -> None:
    letters.leave("quota", world.put("ann", "a.jpg"))

    letters.look()

    assert status(world) == ("failed", "unfinished")


def test_photo_fails_when_relay_told_no_function_of_it(world: World, letters: Letters) -> None:
    letters.leave("relay", world.put("ann", "a.jpg"))

    letters.look()

    assert status(world) == ("failed", "unfinished")
    assert kinds(world) == ["failed"]


def test_photo_goes_on_when_the_letter_is_of_what_relay_has_passed_on(
    world: World, letters: Letters
) -> None:
    created = world.put("ann", "a.jpg")
    finish(upload_of("ann", "a.jpg", created), "quota")
    letters.leave("relay", created)

    letters.look()

    assert status(world) == ("processing", None)


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
    upload = upload_of("ann", "a.jpg", created)
    finish(upload, "thumbnail")
    letters.leave("thumbnail", created)
    letters.leave("notify", receipt_file(world, upload, "thumbnail"))

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


class Clock:
    """The time that a run has left; each request to AWS takes six milliseconds of it."""

    def __init__(self, world: World, seconds: float) -> None:
        self.left = seconds * 1000
        world.wire.plan = self._take

    def _take(self, _number: int, _request: str) -> Fault:
        self.left -= 6
        return "none"

    @property
    def context(self) -> Any:
        context = lambda_context()
        context.get_remaining_time_in_millis = lambda: self.left
        return context


EACH = 12
SPARE = 20  # seconds that a run keeps to end in


def told(world: World, step: str) -> int:
    """How many of the photos that have a letter in a step's queue their owner was told of."""
    return len(world.notifications(step))


def test_every_queue_is_looked_at_in_time_when_an_outage_left_more_than_a_run_can_do(
    world: World, letters: Letters
) -> None:
    for step in STEPS:
        for number in range(EACH):
            letters.leave(step, world.put(step, f"{number}.jpg"))
    clock = Clock(world, SPARE + 1)  # a letter that is new takes some 50 ms: 20 of 60

    letters.look(clock.context)

    assert clock.left > SPARE * 1000 - 500  # it ended by itself, and had shown the letters again
    assert {letters.waiting(step) for step in STEPS} == {EACH}
    seen = {step: told(world, step) for step in STEPS}
    assert min(seen.values()) >= 2
    assert sum(seen.values()) < EACH * len(STEPS)


def test_everybody_is_told_when_runs_that_are_too_short_go_on(
    world: World, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in STEPS:
        for number in range(EACH):
            letters.leave(step, world.put(step, f"{number}.jpg"))
    for run in range(6):  # which is in vain where letters that are known take most of the time
        # One every five minutes, as the schedule has it.
        monkeypatch.setattr("time.time", lambda run=run: 1_800_000_000 + 300 * run)
        letters.look(Clock(world, SPARE + 1).context)

    assert {step: told(world, step) for step in STEPS} == dict.fromkeys(STEPS, EACH)


def test_another_queue_is_first_when_the_next_run_begins(
    world: World, letters: Letters, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run may be killed in its first queue, by one letter that takes all the time."""
    started: list[str] = []
    names = {url: name for name, url in letters.urls.items()}
    world.wire.heard = lambda operation, request: (
        started.append(names[json.loads(request.body)["QueueUrl"]])
        if operation == "ReceiveMessage"
        else None
    )
    for name in letters.urls:
        letters.leave(name, "{}")
    first = []
    for run in range(len(names)):
        started.clear()
        monkeypatch.setattr("time.time", lambda run=run: 1_800_000_000 + 300 * run)
        with world.wire.watch(lambda *_: "none"):
            letters.look()
        first.append(started[0])

    assert set(first) == set(names.values())


def test_letters_are_shown_again_ten_at_a_time_when_they_were_looked_at(
    world: World, letters: Letters
) -> None:
    for number in range(25):
        letters.leave("quota", world.put("ann", f"{number}.jpg"))

    with world.wire.watch(lambda *_: "none"):
        letters.look()
        shown = [request for request in world.wire.sent if "Visibility" in request]

    assert len(shown) == 3
    assert letters.waiting("quota") == 25


def test_other_owners_are_told_when_looking_at_one_letter_fails(
    world: World, letters: Letters
) -> None:
    letters.leave("quota", world.put("eve", "a.jpg"))
    letters.leave("quota", world.put("ann", "a.jpg"))
    letters.leave("notify", world.put("bob", "a.jpg"))
    with world.monkeypatch.context() as patch:
        real = Notifications.announce

        def fail_for_eve(self: Notifications, item: Any) -> None:
            if item["identity_id"] == "eve":
                raise RuntimeError("injected")
            real(self, item)

        patch.setattr(Notifications, "announce", fail_for_eve)
        with pytest.raises(RuntimeError):
            letters.look()

    assert [len(world.notifications(owner)) for owner in ("eve", "ann")] == [0, 1]
