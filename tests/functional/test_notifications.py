"""How a version ended is written for its owner once, and published for everybody who listens."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

import pytest
from darkroom.aws.clients import dynamodb_client, sns_client
from darkroom.config import NotificationsConfig, load
from darkroom.people.notifications import Notifications, over_quota_image
from darkroom.people.once import Once
from darkroom.people.words import headline
from darkroom.pipeline.uploads import ImageVersion
from darkroom.states import Status

from tests.functional.conftest import World
from tests.functional.pipeline import drained
from tests.functional.wire import Killed, only

ITEM: Any = {
    "identity_id": "ann",
    "image": "users/ann/a folder/a.jpg",
    "version": "0066",
    "kind": "picture",
    "status": "rejected",
    "reason": "corrupt",
    "message": "Broken – sorry.",
    "finished_at": "2026-11-24T09:00:00.000Z",
}


def without(*names: str, **changed: Any) -> Any:
    return {name: value for name, value in (ITEM | changed).items() if name not in names}


@pytest.fixture
def notifications(world: World) -> Notifications:
    dynamodb = dynamodb_client()
    once = Once(dynamodb, "IdempotencyTable")
    return Notifications.of(dynamodb, sns_client(), once, load(NotificationsConfig))


def test_notification_says_how_and_why_when_a_version_ended(
    world: World, notifications: Notifications
) -> None:
    world.monkeypatch.setattr("time.time", lambda: 1_000.9)

    notifications.announce(ITEM)

    (told,) = world.notifications("ann")
    end = b"users/ann/a folder/a.jpg#0066#rejected"
    assert told == {
        "identity_id": "ann",
        "notification_id": f"2026-11-24T09:00:00.000Z-{sha256(end).hexdigest()[:12]}",
        "kind": "rejected",
        "file_kind": "picture",
        "image": "users/ann/a folder/a.jpg",
        "version": "0066",
        "message": "Broken – sorry.",
        "reason": "corrupt",
        "sent_at": "2026-11-24T09:00:00.000Z",
        "expiration": 1_000 + 90 * 86_400,
    }
    assert world.published() == [told]


@pytest.mark.parametrize("kind", ["picture", "other"])
def test_notification_has_the_headline_when_there_is_no_more_to_say(
    world: World, notifications: Notifications, kind: Any
) -> None:
    for message in ({}, {"message": ""}):
        notifications.announce(
            without("reason", "message", status="processed", kind=kind, **message)
        )
    (told,) = world.notifications("ann")
    assert told["message"] == f"{headline(Status.PROCESSED, kind)}."
    assert told["file_kind"] == kind
    assert "reason" not in told


def test_mail_and_text_message_are_a_line_when_a_notification_is_published(
    world: World, notifications: Notifications
) -> None:
    heard: list[dict[str, list[str]]] = []

    def hear(operation: str, request: Any) -> None:
        if operation == "Publish":
            heard.append(parse_qs(request.body))

    world.monkeypatch.setattr(world.wire, "heard", hear)
    with world.wire.watch(lambda *_: "none"):
        notifications.announce(ITEM)

    (sent,) = heard
    (told,) = world.notifications("ann")
    messages = json.loads(sent["Message"][0])
    line = "a.jpg: Broken – sorry."
    assert {name: messages[name] for name in ("email", "sms")} == {"email": line, "sms": line}
    assert json.loads(messages["default"]) == told
    assert "–" in messages["default"]
    assert sent["Subject"] == [headline(ITEM["status"], ITEM["kind"])]
    assert sent["MessageStructure"] == ["json"]
    attributes = {
        sent[f"MessageAttributes.entry.{n}.Name"][0]: (
            sent[f"MessageAttributes.entry.{n}.Value.DataType"][0],
            sent[f"MessageAttributes.entry.{n}.Value.StringValue"][0],
        )
        for n in (1, 2)
    }
    assert attributes == {"user": ("String", "ann"), "kind": ("String", "rejected")}


def test_notification_names_its_image_when_a_queue_does_not_keep_all_characters(
    world: World, notifications: Notifications
) -> None:
    image = "users/ann/Gr\u00f6\u00dfe \ufffe\uffff.jpg"
    notifications.announce(ITEM | {"image": image})
    (body,) = drained(world.published_queue)
    assert not {"\ufffe", "\uffff"} & set(body)
    assert json.loads(body)["image"] == image


def test_every_end_is_told_once_when_it_is_announced_again(
    world: World, notifications: Notifications
) -> None:
    ends = [
        ITEM,
        ITEM | {"version": "0067"},
        ITEM | {"image": "users/ann/b.jpg"},
        ITEM | {"status": "processed"},
    ]
    for item in (*ends, *ends):
        notifications.announce(item)
    assert len({told["notification_id"] for told in world.notifications("ann")}) == 4
    assert len(world.published()) == 4


def test_end_is_not_told_again_when_an_older_release_told_it(
    world: World, notifications: Notifications
) -> None:
    end = "once#told#users/ann/a folder/a.jpg#0066#rejected"
    for mark in (end, f"{end}#1"):
        item = {"id": {"S": mark}, "done": {"BOOL": True}}
        world.dynamodb.put_item(TableName="IdempotencyTable", Item=item)
    notifications.announce(ITEM)
    notifications.announce(ITEM | {"retried_at": "1"})
    assert world.notifications("ann") == []


def test_owner_is_told_again_when_the_same_end_follows_a_retry(
    world: World, notifications: Notifications
) -> None:
    retried = ITEM | {"retried_at": "1", "finished_at": "2026-11-24T10:00:00.000Z"}
    for item in (ITEM, retried, retried):
        notifications.announce(item)
    assert [told["sent_at"] for told in world.notifications("ann")] == [
        ITEM["finished_at"], retried["finished_at"],
    ]  # fmt: skip


def test_subscribers_are_told_and_the_reply_stays_when_the_first_attempt_died(
    world: World, notifications: Notifications
) -> None:
    with pytest.raises(Killed), world.wire.watch(only("Publish", "killed before")):
        notifications.announce(ITEM)
    (told,) = world.notifications("ann")
    key = {"identity_id": {"S": "ann"}, "notification_id": {"S": told["notification_id"]}}
    world.dynamodb.update_item(
        TableName="NotificationsTable",
        Key=key,
        UpdateExpression="SET seen_at = :r",
        ExpressionAttributeValues={":r": {"S": "keep"}},
    )

    notifications.announce(ITEM)

    assert [each["seen_at"] for each in world.notifications("ann")] == ["keep"]
    assert len(world.published()) == 1


@pytest.mark.parametrize(
    ("message", "image"),
    [
        (ITEM | {"kind": "over_quota"}, ImageVersion("ann", ITEM["image"], "0066")),
        (ITEM | {"kind": "rejected"}, None),
        ({}, None),
        (["over_quota"], None),
        (1, None),
    ],
)
def test_image_is_over_quota_when_a_published_message_says_so(
    message: Any, image: ImageVersion | None
) -> None:
    assert over_quota_image(json.dumps(message)) == image
    assert over_quota_image("no JSON") is None
