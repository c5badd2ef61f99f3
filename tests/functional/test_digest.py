"""Mails: one for what happened together, none of what is muted or seen, one reminder."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ClientError
from darkroom.errors import TransientError

from tests.functional.conftest import World, lambda_context
from tests.functional.pipeline import drained, subscribed

USER = "us-east-1:ann"


class Mail:
    """Somebody who subscribed to the messages topic."""

    def __init__(self) -> None:
        self.topic, self._queue = subscribed("messages")

    def read(self) -> list[dict[str, Any]]:
        """What came since the last call."""
        return [json.loads(body) for body in drained(self._queue)]


@pytest.fixture
def mail(world: World, monkeypatch: pytest.MonkeyPatch) -> Mail:
    box = Mail()
    monkeypatch.setenv("MESSAGES_TOPIC_ARN", box.topic)
    monkeypatch.setenv("PEOPLE_TABLE", "PeopleTable")
    monkeypatch.setenv("REMINDER_MINUTES", "60")
    return box


def notify(world: World, number: int, kind: str = "processed", **more: Any) -> str:
    """A notification as notify leaves it; the message that it publishes."""
    notification = {
        "identity_id": USER,
        "notification_id": f"2026-11-24T08:30:{number:06.3f}Z-{number:012x}",
        "kind": kind,
        "image": f"users/{USER}/photo-{number}.jpg",
        "version": "0066",
        "message": "Your photo is ready." if kind == "processed" else "This is no photo.",
        "sent_at": f"2026-11-24T08:30:{number:06.3f}Z",
        **more,
    }
    world.dynamodb.put_item(
        TableName="NotificationsTable",
        Item={name: {"S": value} for name, value in notification.items()},
    )
    return json.dumps(notification)


def see(world: World, message: str) -> None:
    notification = json.loads(message)
    world.dynamodb.update_item(
        TableName="NotificationsTable",
        Key={name: {"S": notification[name]} for name in ("identity_id", "notification_id")},
        UpdateExpression="SET seen_at = :now",
        ExpressionAttributeValues={":now": {"S": "2026-11-24T08:31:00.000Z"}},
    )


def mute(world: World, *kinds: str) -> None:
    world.dynamodb.put_item(
        TableName="PeopleTable",
        Item={"identity_id": {"S": USER}, "muted": {"SS": list(kinds)}},
    )


def sweep(remind: ModuleType, monkeypatch: pytest.MonkeyPatch, minutes: int) -> None:
    """Run remind as if so many minutes had passed."""

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(UTC) + timedelta(minutes=minutes)

    monkeypatch.setattr(remind, "datetime", Later)
    remind.handler({}, lambda_context())


def test_one_mail_tells_of_fifty_photos_when_they_arrive_together(world: World, mail: Mail) -> None:
    digest = world.load("digest")
    messages = [notify(world, number) for number in range(48)]
    messages += [notify(world, number, "rejected") for number in (48, 49)]

    for start in range(0, 50, 10):
        assert world.deliver(digest, *messages[start : start + 10]) == []

    [letter] = mail.read()
    assert letter["kind"] == "digest"
    assert len(letter["notifications"]) == 50
    assert "48 are ready." in letter["message"]
    assert "photo-49.jpg: This is no photo." in letter["message"]


def test_photo_is_mailed_by_name_when_it_comes_alone(world: World, mail: Mail) -> None:
    digest = world.load("digest")
    first, second = notify(world, 1), notify(world, 2, "over_quota")
    see(world, first)

    world.deliver(digest, first, second)

    [letter] = mail.read()
    assert letter["kind"] == "over_quota"
    assert letter["message"] == "photo-2.jpg: This is no photo."


def test_nothing_is_mailed_twice_when_messages_are_delivered_again(
    world: World, mail: Mail
) -> None:
    digest = world.load("digest")
    messages = [notify(world, number) for number in range(3)]
    world.deliver(digest, *messages)
    mail.read()

    world.deliver(digest, *messages, *messages)

    assert mail.read() == []


def test_count_is_of_what_was_mailed_when_a_digest_is_out(world: World, mail: Mail) -> None:
    digests = world.load("digest").digests
    messages = [notify(world, number) for number in range(3)]
    see(world, messages[1])
    ids = [json.loads(message)["notification_id"] for message in messages]
    assert [digests.mail(USER, each) for each in (*ids, *ids, "expired")] == [2, *[0] * 6]
    assert ["told_at" in each for each in world.notifications(USER)] == [True, False, False]


def test_message_comes_again_when_others_claim_first_each_of_five_times(
    world: World, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = world.load("digest").digests
    own = json.loads(notify(world, 1))["notification_id"]
    claim = digests._inbox.claim_for_digest

    def lose(times: int) -> None:
        lost = iter([True] * times)

        def claim_late(*arguments: Any, **options: Any) -> bool:
            return not next(lost, False) and claim(*arguments, **options)

        monkeypatch.setattr(digests._inbox, "claim_for_digest", claim_late)

    lose(5)
    with pytest.raises(TransientError):
        digests.mail(USER, own)
    lose(4)
    assert digests.mail(USER, own) == 1


def test_nothing_is_mailed_when_all_was_seen_before(world: World, mail: Mail) -> None:
    message = notify(world, 1)
    see(world, message)
    assert world.deliver(world.load("digest"), message) == []
    assert mail.read() == []


@pytest.mark.parametrize("moment", ["before it looks", "after it looked"])
def test_one_mail_goes_out_when_two_messages_come_out_at_the_same_time(
    world: World, mail: Mail, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    slow, fast = world.load("digest"), world.load("digest")
    messages = [notify(world, number) for number in (1, 2)]
    inbox = slow.digests._inbox
    look = inbox.in_no_digest

    def in_no_digest(*arguments: Any) -> Any:
        monkeypatch.setattr(inbox, "in_no_digest", look)
        found = look(*arguments) if moment == "after it looked" else None
        for message in messages:
            fast.process(message)
        return look(*arguments) if found is None else found

    monkeypatch.setattr(inbox, "in_no_digest", in_no_digest)

    assert world.deliver(slow, messages[1]) == []

    [letter] = mail.read()
    assert len(letter["notifications"]) == 2


def test_later_photos_get_their_own_mail_when_the_first_is_out(world: World, mail: Mail) -> None:
    digest = world.load("digest")
    early = [notify(world, number) for number in (1, 2)]
    world.deliver(digest, *early)
    late = [notify(world, number) for number in (3, 4)]

    world.deliver(digest, *late)

    assert [len(letter["notifications"]) for letter in mail.read()] == [2, 2]


def test_mail_goes_out_when_the_attempt_before_failed_to_send_it(
    world: World, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = world.load("digest", MESSAGES_TOPIC_ARN=mail.topic + "-gone")
    messages = [notify(world, number) for number in (1, 2)]
    assert world.deliver(digest, *messages) == [0]

    working = world.load("digest", MESSAGES_TOPIC_ARN=mail.topic)
    assert world.deliver(working, messages[0]) == []

    [letter] = mail.read()
    assert len(letter["notifications"]) == 2


def test_nothing_is_mailed_when_its_owner_muted_it(world: World, mail: Mail) -> None:
    digest = world.load("digest")
    mute(world, "processed")
    ready, refused = notify(world, 1), notify(world, 2, "rejected")

    world.deliver(digest, ready, refused)

    [letter] = mail.read()
    assert letter["notifications"] == [json.loads(refused)["notification_id"]]


def test_name_is_shown_as_text_in_one_line_when_it_is_hostile(world: World, mail: Mail) -> None:
    digest = world.load("digest")
    name = "a\u202egpj.exe\r\nBcc: everyone@example.com <img onerror>.jpg"
    message = notify(world, 1, image=f"users/{USER}/{name}")

    world.deliver(digest, message)

    [letter] = mail.read()
    assert letter["message"] == (
        "a gpj.exe  Bcc: everyone@example.com <img onerror>.jpg: Your photo is ready."
    )


def test_message_is_reported_when_notify_did_not_write_it(world: World, mail: Mail) -> None:
    digest = world.load("digest")

    assert world.deliver(digest, "not JSON", '{"hello": "world"}', "[]") == [0, 1, 2]


def test_person_is_reminded_once_when_they_have_not_looked(
    world: World, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest, remind = world.load("digest"), world.load("remind")
    messages = [notify(world, number) for number in range(3)]
    world.deliver(digest, *messages)
    mail.read()
    see(world, messages[0])

    sweep(remind, monkeypatch, minutes=59)
    assert mail.read() == []

    for _ in range(2):
        sweep(remind, monkeypatch, minutes=61)
    [letter] = mail.read()
    assert letter["kind"] == "reminder"
    assert len(letter["notifications"]) == 2


@pytest.mark.parametrize("muted", ["reminder", "processed"])
def test_nobody_is_reminded_when_they_muted_it(
    world: World, mail: Mail, monkeypatch: pytest.MonkeyPatch, muted: str
) -> None:
    digest, remind = world.load("digest"), world.load("remind")
    world.deliver(digest, notify(world, 1))
    mail.read()
    mute(world, muted)

    sweep(remind, monkeypatch, minutes=61)

    assert mail.read() == []


def test_nobody_is_reminded_when_reminders_are_off(
    world: World, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest, remind = world.load("digest", REMINDER_MINUTES="0"), world.load("remind")
    assert world.deliver(digest, notify(world, 1)) == []
    assert len(mail.read()) == 1

    sweep(remind, monkeypatch, minutes=61)

    assert mail.read() == []


def test_person_is_reminded_when_the_sweep_was_down_for_a_day(
    world: World, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest, remind = world.load("digest"), world.load("remind")
    world.deliver(digest, notify(world, 1))
    mail.read()

    sweep(remind, monkeypatch, minutes=26 * 60)

    assert [letter["kind"] for letter in mail.read()] == ["reminder"]


def test_person_is_reminded_of_the_rest_when_some_was_seen_or_taken_by_another_run(
    world: World, mail: Mail
) -> None:
    now, at = datetime(2026, 11, 24, 10, tzinfo=UTC), "2026-11-24T10:00:00.000Z"
    reminders = world.load("remind").reminders
    see(world, notify(world, 1, remind_at=at, remind_hour=at[:13]))
    assert reminders.send_due(now) == 0
    rest = json.loads(notify(world, 2, remind_at=at, remind_hour=at[:13]))["notification_id"]
    world.monkeypatch.setattr(reminders._inbox, "due", lambda *_: [(USER, "taken"), (USER, rest)])
    assert reminders.send_due(now) == 1
    assert [letter["notifications"] for letter in mail.read()] == [[rest]]


def test_reminders_of_two_days_are_sent_when_older_ones_are_due_too(
    world: World, mail: Mail
) -> None:
    due = ["2026-11-24T10:00:00.000Z", "2026-11-24T09:59:59.999Z"]
    for number, at in enumerate(due):
        notify(world, number, remind_at=at, remind_hour=at[:13])
    notify(world, 3, identity_id="us-east-1:bob", remind_at=due[0], remind_hour=due[0][:13])

    now = datetime(2026, 11, 26, 10, tzinfo=UTC)
    assert world.load("remind").reminders.send_due(now) == 2

    assert [len(letter["notifications"]) for letter in mail.read()] == [1, 1]


def own_making(world: World, message: str, **attributes: dict[str, Any]) -> None:
    """What an owner could write, of any type, before there was a table for it."""
    notification = json.loads(message)
    key = {name: {"S": notification[name]} for name in ("identity_id", "notification_id")}
    for name, value in attributes.items():
        world.dynamodb.update_item(
            TableName="NotificationsTable",
            Key=key,
            UpdateExpression="SET #name = :value",
            ExpressionAttributeNames={"#name": name},
            ExpressionAttributeValues={":value": value},
        )


ODD: list[dict[str, Any]] = [
    {"NS": ["1"]}, {"NULL": True}, {"M": {"a": {"L": [{"NS": ["1"]}]}}}, {"S": "x" * 390_000},
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=lambda value: next(iter(value)))
def test_people_are_mailed_and_reminded_when_somebody_wrote_something_odd(
    world: World, mail: Mail, monkeypatch: pytest.MonkeyPatch, odd: dict[str, Any]
) -> None:
    digest, remind = world.load("digest"), world.load("remind")
    own, eve = notify(world, 1), notify(world, 2, identity_id="us-east-1:eve")
    own_making(world, eve, response=odd)
    unknown = {"identity_id": "us-east-1:eve", "notification_id": "9999"}
    own_making(world, json.dumps(unknown), response=odd)
    world.dynamodb.put_item(
        TableName="PeopleTable", Item={"identity_id": {"S": "us-east-1:eve"}, "muted": odd}
    )

    assert world.deliver(digest, eve, own) == []
    assert [len(letter["notifications"]) for letter in mail.read()] == [1, 1]

    sweep(remind, monkeypatch, minutes=61)
    assert {letter["identity_id"] for letter in mail.read()} == {USER, "us-east-1:eve"}


def test_person_is_reminded_when_another_s_notification_lacks_what_it_should_have(
    world: World, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest, remind = world.load("digest"), world.load("remind")
    eve, own = notify(world, 1, identity_id="us-east-1:eve"), notify(world, 2)
    world.deliver(digest, eve, own)
    mail.read()
    for attribute in ("image", "message"):
        world.dynamodb.update_item(
            TableName="NotificationsTable",
            Key={name: {"S": json.loads(eve)[name]} for name in ("identity_id", "notification_id")},
            UpdateExpression=f"REMOVE {attribute}",
        )
    own_making(world, eve, kind={"S": "rejected"})  # which a mail names

    sweep(remind, monkeypatch, minutes=61)

    assert [letter["identity_id"] for letter in mail.read()] == [USER]


def test_person_is_reminded_and_the_run_fails_when_aws_fails_for_another(
    world: World, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest, remind = world.load("digest"), world.load("remind")
    eve, own = notify(world, 1, identity_id="us-east-1:eve"), notify(world, 2)
    world.deliver(digest, eve, own)
    mail.read()
    send = remind.reminders._topic.send

    def refuse(identity_id: str, *arguments: Any) -> None:
        if identity_id != USER:
            error = {"Error": {"Code": "InvalidParameter", "Message": "refused"}}
            raise ClientError(error, "Publish")  # type: ignore[arg-type]
        send(identity_id, *arguments)

    monkeypatch.setattr(remind.reminders._topic, "send", refuse)

    with pytest.raises(ClientError, match="refused"):
        sweep(remind, monkeypatch, minutes=61)

    assert [letter["identity_id"] for letter in mail.read()] == [USER]
