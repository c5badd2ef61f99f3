"""S3's events reach the topics, each once, with its owner as the message group."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import pytest

from local.template import of_type, steps, steps_of
from tests.functional.conftest import World
from tests.functional.pipeline import BROKEN, TEXT, received, subscribed
from tests.functional.wire import Fault


def step_filters() -> dict[str, dict[str, str]]:
    """By step, what its function's subscription to uploads lets through, as it is deployed."""
    subscriptions = of_type("AWS::SNS::Subscription")
    return {
        step: next(
            filters_of(subscriptions[name])
            for name in (f"{step.title()}Subscription", f"{step.title()}UploadsSubscription")
            if name in subscriptions
        )
        for step in steps()
    }


def filters_of(subscription: dict[str, Any]) -> dict[str, str]:
    """The attributes of a subscription that say what it lets through."""
    if "FilterPolicy" not in subscription:
        return {}
    scope, policy = subscription["FilterPolicyScope"], subscription["FilterPolicy"]
    return {"FilterPolicyScope": scope, "FilterPolicy": json.dumps(policy)}


class Topics:
    """Both topics, with a queue that hears of each, and one of each step's function."""

    def __init__(self) -> None:
        self.arns, self._queues = dict[str, str](), dict[str, str]()
        for name in ("uploads", "removals"):
            self.arns[name], self._queues[name] = subscribed(name)
        self._of_steps = {
            (name, step): subscribed(name, **filters)[1]
            for name in self.arns
            for step, filters in step_filters().items()
        }

    def steps_told(self, name: str) -> set[str]:
        """The steps whose functions hear of what reached a topic, by their filters."""
        return {step for step in steps() if received(self._of_steps[name, step])}

    def bodies(self, name: str) -> list[str]:
        """What reached a topic, as it is."""
        return [message["Body"] for message in received(self._queues[name])]

    def heard(self, name: str) -> list[tuple[str, str]]:
        """The message group and the key of each event that reached a topic since the last call."""
        found = []
        for message in received(self._queues[name]):
            [record] = json.loads(message["Body"])["Records"]
            group = message["Attributes"].get("MessageGroupId", "")
            found.append((group, record["s3"]["object"]["key"]))
        return sorted(found)


@pytest.fixture
def topics(world: World) -> Topics:
    return Topics()


@pytest.fixture
def relay(world: World, topics: Topics) -> ModuleType:
    return world.load(
        "relay",
        UPLOADS_TOPIC_ARN=topics.arns["uploads"],
        REMOVALS_TOPIC_ARN=topics.arns["removals"],
    )


def test_each_event_reaches_its_topic_with_its_owner_when_a_batch_is_of_several(
    world: World, relay: ModuleType, topics: Topics
) -> None:
    batch = [world.put("ann", "a.jpg"), world.put("bob", "b.jpg"), world.delete("ann", "a.jpg")]

    assert world.deliver(relay, *batch) == []

    assert topics.heard("uploads") == [("ann", "users/ann/a.jpg"), ("bob", "users/bob/b.jpg")]
    assert topics.heard("removals") == [("ann", "users/ann/a.jpg")]


def test_nothing_but_the_kind_is_added_when_a_message_is_passed_on(
    world: World, relay: ModuleType, topics: Topics
) -> None:
    record: dict[str, Any] = world.put("ann", "Fotos 2026/Größe.jpg", BROKEN)

    with world.wire.watch(lambda *_: "none"):
        assert world.deliver(relay, record) == []
        assert world.wire.sent[-1] == "PublishBatch "

    [body] = topics.bodies("uploads")
    assert json.loads(body) == {"Records": [record], "kind": "picture"}


def test_nothing_is_read_when_a_rush_is_passed_on(
    world: World, relay: ModuleType, topics: Topics
) -> None:
    batch = [world.put("ann", f"{number}.jpg") for number in range(10)]

    with world.wire.watch(lambda *_: "none"):
        assert world.deliver(relay, *batch) == []
        assert world.wire.sent == ["PublishBatch "]

    assert topics.steps_told("uploads") == set(steps())


@pytest.mark.parametrize(
    ("content", "kind"), [(BROKEN, "picture"), (b"a,b\n1,2\n3,4\n", "table"), (TEXT, "other")]
)
def test_functions_of_its_kind_alone_are_told_when_a_file_is_uploaded(
    world: World, relay: ModuleType, topics: Topics, content: bytes, kind: str
) -> None:
    assert world.deliver(relay, world.put("ann", "named.bin", content)) == []

    assert topics.steps_told("uploads") == set(steps_of(kind))


@pytest.mark.parametrize("why", ["unreachable", "deleted", "overwritten"])
def test_all_functions_are_told_when_a_file_s_kind_cannot_be_told(
    world: World,
    relay: ModuleType,
    topics: Topics,
    monkeypatch: pytest.MonkeyPatch,
    why: str,
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    record = world.put("ann", "a.jpg", BROKEN)
    if why == "deleted":
        world.delete("ann", "a.jpg")
    if why == "overwritten":
        world.put("ann", "a.jpg", TEXT)
    fault: Fault = "unreachable" if why == "unreachable" else "none"

    with world.wire.watch(lambda _, request: fault if "GetObject" in request else "none"):
        assert world.deliver(relay, record) == []

    assert topics.steps_told("uploads") == set(steps())


def test_each_message_goes_alone_when_they_cannot_go_together(
    world: World, relay: ModuleType, topics: Topics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    batch = [world.put("ann", "a.jpg"), world.put("ann", "b.jpg")]

    with world.wire.watch(lambda _, request: "unreachable" if "Batch" in request else "none"):
        assert world.deliver(relay, *batch) == []

    assert [key for _, key in topics.heard("uploads")] == ["users/ann/a.jpg", "users/ann/b.jpg"]


def test_message_comes_again_when_it_reached_no_topic(
    world: World, relay: ModuleType, topics: Topics, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    record = world.put("ann", "a.jpg")

    with world.wire.watch(lambda _, request: "unreachable" if "Publish" in request else "none"):
        assert world.deliver(relay, record) == [0]

    assert world.deliver(relay, record) == []
    assert topics.heard("uploads") == [("ann", "users/ann/a.jpg")]


def test_only_the_poison_fails_when_it_has_neighbours(
    world: World, relay: ModuleType, topics: Topics
) -> None:
    assert world.deliver(relay, world.put("ann", "a.jpg"), "not JSON", world.put("ann", "b")) == [1]

    assert len(topics.heard("uploads")) == 2


def test_nothing_is_passed_on_when_s3_only_tests(
    world: World, relay: ModuleType, topics: Topics
) -> None:
    test = json.dumps({"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "uploads"})

    assert world.deliver(relay, test) == []

    assert (topics.heard("uploads"), topics.heard("removals")) == ([], [])


def test_all_reach_the_topic_when_a_batch_has_more_than_sns_takes(
    world: World, relay: ModuleType, topics: Topics
) -> None:
    batch = [world.put("ann", f"{number}.jpg") for number in range(20)]

    with world.wire.watch(lambda *_: "none"):
        assert world.deliver(relay, *batch) == []
        assert world.wire.sent == ["PublishBatch "] * 2  # and none alone

    assert len(topics.heard("uploads")) == 20


@pytest.fixture
def paced(world: World, topics: Topics) -> ModuleType:
    """The relay of a small account."""
    return world.load(
        "relay",
        UPLOADS_TOPIC_ARN=topics.arns["uploads"],
        REMOVALS_TOPIC_ARN=topics.arns["removals"],
        SMALL_ACCOUNT="true",
    )


def meanwhile(monkeypatch: pytest.MonkeyPatch, *happens: Callable[[], object]) -> list[float]:
    """Let something happen in each pause of the relay; the pauses, as they come."""
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        happens[len(pauses)]()
        pauses.append(seconds)

    monkeypatch.setattr("time.sleep", pause)
    return pauses


def test_relay_is_done_when_the_photo_is_in_a_small_account(
    world: World, paced: ModuleType, topics: Topics, monkeypatch: pytest.MonkeyPatch
) -> None:
    quota, notify = world.load("quota"), world.load("notify")
    record = world.put("ann", "note.txt", b"of no known kind")
    heard: list[tuple[str, str]] = []
    pauses = meanwhile(
        monkeypatch,
        lambda: heard.extend(topics.heard("uploads")),
        lambda: world.deliver(quota, record),
        lambda: world.deliver(notify, *world.receipts()),
    )

    assert world.deliver(paced, record) == []

    assert len(pauses) == 3
    assert heard == [("ann", "users/ann/note.txt")]  # it was passed on before it is waited for


@pytest.mark.parametrize("end", ["deleted", "overwritten"])
def test_relay_waits_no_longer_when_the_photo_is_gone_in_a_small_account(
    world: World, paced: ModuleType, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    cleanup, record = world.load("cleanup"), world.put("ann", "a.jpg")
    follows = world.delete if end == "deleted" else world.put
    pauses = meanwhile(monkeypatch, lambda: world.deliver(cleanup, follows("ann", "a.jpg")))

    assert world.deliver(paced, record) == []

    assert len(pauses) == 1


def test_photo_waits_for_its_turn_when_another_run_has_passed_one_on(
    world: World, paced: ModuleType, topics: Topics, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = {"id": {"S": "turn"}, "holder": {"S": "another"}}
    soon = str(time.time_ns() // 1_000_000 + 60_000)
    put = partial(world.dynamodb.put_item, TableName="IdempotencyTable")
    put(Item=turn | {"until": {"N": soon}})
    heard: list[tuple[str, str]] = []

    def give_it_back() -> None:
        heard.extend(topics.heard("uploads"))
        put(Item=turn | {"until": {"N": "0"}})

    pauses = meanwhile(
        monkeypatch,
        give_it_back,
        lambda: world.deliver(cleanup, world.delete("ann", "a.jpg")),
    )
    cleanup, record = world.load("cleanup"), world.put("ann", "a.jpg")

    assert world.deliver(paced, record) == []

    assert (heard, len(pauses)) == ([], 2)  # nothing was passed on before its turn
    assert topics.heard("uploads") == [("ann", "users/ann/a.jpg")]


def test_next_photo_has_its_turn_at_once_when_one_has_ended(
    world: World, paced: ModuleType, topics: Topics, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleanup, names = world.load("cleanup"), ("a.jpg", "b.jpg")
    records = [world.put("ann", name) for name in names]
    # No pause is for a turn: in each of the two its photo has been passed on, and goes.
    ends = [partial(world.deliver, cleanup, world.delete("ann", name)) for name in names]
    pauses = meanwhile(monkeypatch, *ends)

    assert world.deliver(paced, *records) == []

    assert len(pauses) == 2
    assert len(topics.heard("uploads")) == 2


def test_turn_stays_another_s_when_a_photo_is_passed_on_without_one(
    world: World, paced: ModuleType, topics: Topics, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 1000, 10))
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    monkeypatch.setattr("time.sleep", lambda _: None)
    later = str(time.time_ns() // 1_000_000 + 60_000)
    turn = {"id": {"S": "turn"}, "holder": {"S": "another"}, "until": {"N": later}}
    world.dynamodb.put_item(TableName="IdempotencyTable", Item=turn)

    assert world.deliver(paced, world.put("ann", "a.jpg")) == []

    assert topics.heard("uploads") == [("ann", "users/ann/a.jpg")]
    found = world.dynamodb.get_item(TableName="IdempotencyTable", Key={"id": {"S": "turn"}})
    assert found["Item"] == turn


def test_photo_is_passed_on_once_when_it_does_not_end_in_a_small_account(
    world: World, paced: ModuleType, topics: Topics, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter(range(0, 1000, 10))
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    monkeypatch.setattr("time.sleep", lambda _: None)

    assert world.deliver(paced, world.put("ann", "a.jpg")) == []  # it is no failure of relay's

    assert topics.heard("uploads") == [("ann", "users/ann/a.jpg")]


def test_deletion_is_not_waited_for_in_a_small_account(
    world: World, paced: ModuleType, topics: Topics, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses = meanwhile(monkeypatch)

    assert world.deliver(paced, world.delete("ann", "a.jpg")) == []

    assert (pauses, len(topics.heard("removals"))) == ([], 1)
