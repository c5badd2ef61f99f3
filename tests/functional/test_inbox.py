"""A notification is in one digest and reminded of once, whoever else is at it."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from darkroom.aws.attribute_values import to_item
from darkroom.aws.clients import dynamodb_client
from darkroom.aws.errors import ConditionFailed
from darkroom.people.inbox import Inbox
from darkroom.states import Response

from tests.functional.conftest import World

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)
AT, HOUR = "2026-11-24T10:30:00.000Z", "2026-11-24T10"


@pytest.fixture
def inbox(world: World) -> Inbox:
    """Of a user with the notifications 1 to 4, and of another with one."""
    for number in "1234":
        put(world, number)
    put(world, "2", user="bob")
    return Inbox(dynamodb_client(), table="NotificationsTable")


def notification(number: str, *, user: str = "ann", **more: Any) -> dict[str, Any]:
    return to_item({"identity_id": user, "notification_id": number, "kind": "processed", **more})


def put(world: World, number: str, **more: Any) -> None:
    world.dynamodb.put_item(TableName="NotificationsTable", Item=notification(number, **more))


def stored(world: World, number: str) -> dict[str, Any]:
    found = world.item("NotificationsTable", identity_id="ann", notification_id=number)
    assert found is not None
    return {name: found[name] for name in found.keys() - {"identity_id", "notification_id", "kind"}}


def ids(found: Any) -> list[str]:
    assert {each["identity_id"] for each in found} <= {"ann"}
    return [each["notification_id"] for each in found]


def expire(world: World, number: str) -> None:
    key = {"identity_id": "ann", "notification_id": number}
    world.dynamodb.delete_item(TableName="NotificationsTable", Key=to_item(key))


def test_notification_is_read_when_it_has_not_expired(world: World, inbox: Inbox) -> None:
    found = inbox.read("ann", "1")
    assert found is not None
    assert found["notification_id"] == "1"
    assert inbox.read("ann", "5") is None


def test_those_of_no_digest_are_found_from_one_on_when_a_digest_begins(
    world: World, inbox: Inbox
) -> None:
    put(world, "3", told_in="1")
    assert ids(inbox.in_no_digest("ann", "2")) == ["2", "4"]
    assert ids(inbox.in_digest("ann", "1")) == ["3"]
    assert ids(inbox.in_digest("ann", "2")) == []
    put(world, "1", told_in="2")
    assert ids(inbox.in_digest("ann", "2")) == []  # a digest begins with its own


def test_digest_has_as_many_as_one_transaction_takes_when_there_are_more(
    world: World, inbox: Inbox
) -> None:
    world.monkeypatch.setattr("darkroom.people.inbox.MOST_AT_ONCE", 2)
    assert ids(inbox.in_no_digest("ann", "1")) == ["1", "2"]


def test_digest_has_room_for_all_when_a_hundred_come_together(world: World, inbox: Inbox) -> None:
    numbers = [f"5{number:03}" for number in range(101)]
    for start in range(0, 101, 25):
        items = [notification(number) for number in numbers[start : start + 25]]
        writes: Any = [{"PutRequest": {"Item": item}} for item in items]
        world.dynamodb.batch_write_item(RequestItems={"NotificationsTable": writes})
    together = inbox.in_no_digest("ann", "5")
    assert ids(together) == numbers[:100]
    assert inbox.claim_for_digest(together, digest_id="5000", remind_at=NOW)


def test_unseen_notifications_are_to_be_reminded_of_when_a_digest_claims_them(
    world: World, inbox: Inbox
) -> None:
    put(world, "2", seen_at=AT)
    together = inbox.in_no_digest("ann", "1")[:2]
    assert inbox.claim_for_digest(together, digest_id="1", remind_at=NOW)
    assert stored(world, "1") == {"told_in": "1", "remind_hour": HOUR, "remind_at": AT}
    assert stored(world, "2") == {"told_in": "1", "seen_at": AT}
    assert stored(world, "3") == {}


def test_nobody_is_reminded_when_there_are_no_reminders(world: World, inbox: Inbox) -> None:
    together = inbox.in_no_digest("ann", "4")
    assert inbox.claim_for_digest(together, digest_id="4", remind_at=None)
    assert stored(world, "4") == {"told_in": "4"}


def test_notification_is_claimed_at_half_the_price_when_it_is_alone(
    world: World, inbox: Inbox
) -> None:
    """A transaction costs two writes."""
    for number, sent in (("4", "UpdateItem"), ("3", "TransactWriteItems")):
        together = inbox.in_no_digest("ann", "3")[-1:]
        assert ids(together) == [number]
        with world.wire.watch(lambda *_: "none"):
            assert inbox.claim_for_digest(together, digest_id="4", remind_at=NOW)
            assert world.wire.sent == [f"{sent} NotificationsTable"]
        assert stored(world, number)["told_in"] == "4"


@pytest.mark.parametrize("happens", ["claimed", "expired"])
def test_digest_claims_all_or_none_when_one_changed_meanwhile(
    world: World, inbox: Inbox, happens: str
) -> None:
    together = inbox.in_no_digest("ann", "1")
    if happens == "claimed":
        put(world, "3", told_in="3")
    else:
        expire(world, "3")
    assert not inbox.claim_for_digest(together, digest_id="1", remind_at=NOW)
    assert stored(world, "1") == {}
    assert (inbox.read("ann", "3") is None) == (happens == "expired")


def test_digest_is_noted_as_mailed_when_it_is(world: World, inbox: Inbox) -> None:
    inbox.note_mailed("ann", "1")
    assert stored(world, "1")["told_at"] > AT
    with suppress(ConditionFailed):
        inbox.note_mailed("ann", "5")
    assert world.item("NotificationsTable", identity_id="ann", notification_id="5") is None


def remind(world: World, number: str, at: datetime) -> None:
    text = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    put(world, number, remind_at=text, remind_hour=text[:13])


def test_reminders_are_due_when_their_time_has_come_in_the_last_hours(
    world: World, inbox: Inbox
) -> None:
    moment = timedelta(milliseconds=1)
    for number, at in (
        ("1", NOW),
        ("2", NOW + moment),
        ("3", NOW - timedelta(hours=2, minutes=30)),
        ("4", NOW - timedelta(hours=2, minutes=30) - moment),
    ):
        remind(world, number, at)
    assert inbox.due(NOW, 2) == [("ann", "3"), ("ann", "1")]
    remind(world, "2", NOW - timedelta(hours=1))
    assert inbox.due(NOW, 2) == [("ann", "3"), ("ann", "2"), ("ann", "1")]


def test_reminder_is_taken_off_the_list_once_when_two_runs_take_it(
    world: World, inbox: Inbox
) -> None:
    remind(world, "1", NOW)
    claimed = inbox.claim_reminder("ann", "1")
    assert claimed is not None
    assert claimed["notification_id"] == "1"
    assert stored(world, "1").keys() == {"reminded_at"}
    assert stored(world, "1")["reminded_at"] > AT
    assert inbox.claim_reminder("ann", "1") is None
    assert inbox.claim_reminder("ann", "2") is None
    assert inbox.claim_reminder("ann", "5") is None
    assert inbox.due(NOW, 2) == []


# What no function wrote is none of it: users could make items before there was a table of answers.


def test_item_without_a_kind_is_no_notification_when_it_lies_among_them(
    world: World, inbox: Inbox
) -> None:
    made = {"identity_id": "ann", "notification_id": "2", "remind_hour": HOUR, "remind_at": AT}
    world.dynamodb.put_item(TableName="NotificationsTable", Item=to_item(made))
    inbox.note_seen("ann", "2", NOW)
    inbox.note_response("ann", "2", Response.RETRY, NOW)
    assert inbox.read("ann", "2") is None
    assert ids(inbox.in_no_digest("ann", "1")) == ["1", "3", "4"]
    assert inbox.claim_reminder("ann", "2") is None
    assert world.item("NotificationsTable", identity_id="ann", notification_id="2") == made


def test_first_look_is_noted_when_a_notification_is_seen_twice(world: World, inbox: Inbox) -> None:
    inbox.note_seen("ann", "1", NOW)
    inbox.note_seen("ann", "1", NOW + timedelta(hours=1))
    inbox.note_seen("ann", "5", NOW)
    assert stored(world, "1") == {"seen_at": AT}
    assert world.item("NotificationsTable", identity_id="ann", notification_id="5") is None


@pytest.mark.parametrize(
    ("later", "stands"),
    [
        (timedelta(minutes=-1), True),
        (timedelta(0), True),
        (timedelta(minutes=1), True),
        (timedelta(minutes=1, milliseconds=1), False),
    ],
)
def test_reply_stands_for_a_minute_when_another_follows(
    world: World, inbox: Inbox, later: timedelta, stands: bool
) -> None:
    first, second = list(Response)[:2]
    inbox.note_response("ann", "1", first, NOW)
    assert stored(world, "1") == {"response": first, "responded_at": AT}
    inbox.note_response("ann", "1", second, NOW + later)
    assert stored(world, "1")["response"] == (first if stands else second)
    inbox.note_response("ann", "5", first, NOW)
    assert world.item("NotificationsTable", identity_id="ann", notification_id="5") is None
