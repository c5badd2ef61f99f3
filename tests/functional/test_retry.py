"""The answer `retry`: a photo over quota is processed when there is room, and else told again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from darkroom.errors import TransientError
from darkroom.pipeline.uploads import ImageVersion

from tests.functional.conftest import UPLOADS, World, lambda_context
from tests.functional.pipeline import broken, drained, subscribed

USER = "us-east-1:ann"
LIMITS = {"QUOTA_MODE": "enforce", "QUOTA_STORED_BYTES": "1000", "QUOTA_UPLOADED_BYTES": "5000"}
ASKED_AT = 1_795_500_000


@pytest.fixture
def uploads_topic(world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a queue that gets what is published to the uploads topic."""
    arn, queue = subscribed("uploads")
    monkeypatch.setenv("UPLOADS_TOPIC_ARN", arn)
    monkeypatch.setenv("UPLOADS_BUCKET", UPLOADS)
    for name, value in LIMITS.items():
        monkeypatch.setenv(name, value)
    return queue


def hold(world: World, name: str, size: int) -> dict[str, Any]:
    """A photo that has gone over quota, all the way to cleanup; the notification of it."""
    quota, notify, cleanup = (world.load(each) for each in ("quota", "notify", "cleanup"))
    record = world.put(USER, name, broken(size))
    world.deliver(quota, record)
    finish_others(world, name)
    world.deliver(quota, record)  # the last of all steps leaves the receipt
    world.deliver(notify, *world.receipts(name))
    told = world.notifications(USER)[-1]
    assert (told["kind"], told["image"]) == ("over_quota", f"users/{USER}/{name}")
    world.deliver(cleanup, *(json.dumps(message) for message in world.published()))
    return told


def hold_until_there_is_room(world: World) -> dict[str, Any]:
    """The notification of a photo of 300 bytes that has gone over quota, and would fit by now."""
    quota = world.load("quota")
    world.deliver(quota, world.put(USER, "kept.jpg", b"x" * 900))
    told = hold(world, "held.jpg", 300)
    world.deliver(quota, world.delete(USER, "kept.jpg"))
    return told


def finish_others(world: World, name: str) -> None:
    """Let every step but quota's be done, which needs no pixels here."""
    image = world.image(USER, name)
    assert image is not None
    for step in image["steps"]:
        if step != "quota":
            world.dynamodb.update_item(
                TableName="ImagesTable",
                Key={"identity_id": {"S": USER}, "image": {"S": image["image"]}},
                UpdateExpression="SET steps.#step.#state = :done",
                ExpressionAttributeNames={"#step": step, "#state": "state"},
                ExpressionAttributeValues={":done": {"S": "done"}},
            )


def asked(told: dict[str, Any], *, at: int = ASKED_AT, was: str = "") -> dict[str, Any]:
    """The stream's record of a notification whose owner has replied `retry`."""
    keys = {name: {"S": told[name]} for name in ("identity_id", "notification_id")}
    told_of = {name: {"S": told[name]} for name in ("image", "version", "kind")}
    change = {
        "Keys": keys,
        "NewImage": {**keys, **told_of, "response": {"S": "retry"}},
        "OldImage": {**keys, **told_of, **({"response": {"S": was}} if was else {})},
        "ApproximateCreationDateTime": at,
    }
    return {"eventName": "MODIFY", "dynamodb": change}


def answer(
    world: World, app: ModuleType, told: dict[str, Any], *, at: int = ASKED_AT, was: str = ""
) -> None:
    """Deliver what the stream says when the owner has replied `retry`."""
    app.handler({"Records": [asked(told, at=at, was=was)]}, lambda_context())


def test_photo_is_processed_when_there_is_room_by_the_time_its_owner_asks(
    world: World, uploads_topic: str
) -> None:
    told = hold_until_there_is_room(world)
    quota, retry = world.load("quota"), world.load("retry")

    answer(world, retry, told)

    [event] = drained(uploads_topic)
    image = world.image(USER, "held.jpg")
    assert image is not None
    assert image["status"] == "processing"
    assert {step["state"] for step in image["steps"].values()} == {"pending"}
    assert "withdrawn" not in image
    assert world.usage(USER)["stored_bytes"] == 300
    assert world.usage(USER)["held_bytes"] == 0
    tags = world.s3.get_object_tagging(Bucket=UPLOADS, Key=image["image"])["TagSet"]
    assert tags == []

    world.deliver(quota, event)
    finish_others(world, "held.jpg")
    world.deliver(quota, event)
    notify = world.load("notify")
    world.deliver(notify, *world.receipts("held.jpg"))
    after = world.image(USER, "held.jpg")
    assert after is not None
    assert (after["status"], "reason" in after) == ("processed", False)
    kinds = {each["kind"] for each in world.notifications(USER)}
    assert kinds == {"over_quota", "processed"}
    assert world.usage(USER, "2026-11")["uploaded_bytes"] == 1200


def test_owner_is_told_again_when_there_is_still_no_room(world: World, uploads_topic: str) -> None:
    world.deliver(world.load("quota"), world.put(USER, "kept.jpg", b"x" * 900))
    told = hold(world, "held.jpg", 300)
    retry = world.load("retry")

    for _ in range(2):
        answer(world, retry, told)

    assert drained(uploads_topic) == []
    image = world.image(USER, "held.jpg")
    assert image is not None
    assert image["status"] == "over_quota"
    assert [each["kind"] for each in world.notifications(USER)] == ["over_quota"] * 2
    assert [message["kind"] for message in world.published()] == ["over_quota"]
    assert world.usage(USER)["held_bytes"] == 300


@pytest.mark.parametrize(("room", "outcome"), [(300, "processing"), (299, "over_quota")])
def test_photo_is_let_in_when_it_fits_into_storage_to_the_byte(
    world: World, uploads_topic: str, room: int, outcome: str
) -> None:
    quota = world.load("quota")
    world.deliver(quota, world.put(USER, "kept.jpg", b"x" * (1000 - room)))
    world.deliver(quota, world.put(USER, "deleted.jpg", b"x" * room))
    told = hold(world, "held.jpg", 300)
    world.deliver(quota, world.delete(USER, "deleted.jpg"))

    answer(world, world.load("retry"), told)

    image = world.image(USER, "held.jpg")
    assert image is not None
    assert image["status"] == outcome


@pytest.mark.parametrize(("used", "outcome"), [(200, "processing"), (201, "over_quota")])
def test_photo_is_let_in_when_it_uses_the_later_period_s_allowance_to_the_byte(
    world: World, uploads_topic: str, used: int, outcome: str
) -> None:
    limits = {"QUOTA_UPLOADED_BYTES": "500"}
    world.deliver(world.load("quota", **limits), world.put(USER, "first.jpg", b"x" * 400))
    told = hold(world, "held.jpg", 300)
    world.dynamodb.put_item(
        TableName="UsageTable",
        Item={
            "identity_id": {"S": USER},
            "period": {"S": "2026-12"},
            "uploaded_bytes": {"N": str(used)},
        },
    )

    answer(world, world.load("retry"), told, at=ASKED_AT + 14 * 86_400)

    image = world.image(USER, "held.jpg")
    assert image is not None
    assert image["status"] == outcome


def test_answer_comes_again_when_files_of_the_photo_are_still_being_removed(
    world: World, uploads_topic: str
) -> None:
    world.deliver(world.load("quota"), world.put(USER, "kept.jpg", b"x" * 900))
    told = hold(world, "held.jpg", 300)
    world.dynamodb.update_item(
        TableName="ImagesTable",
        Key={"identity_id": {"S": USER}, "image": {"S": told["image"]}},
        UpdateExpression="REMOVE withdrawn",
    )
    world.deliver(world.load("quota"), world.delete(USER, "kept.jpg"))
    retry = world.load("retry")

    with pytest.raises(TransientError, match="not withdrawn"):
        answer(world, retry, told)

    assert drained(uploads_topic) == []
    assert world.usage(USER)["held_bytes"] == 300


def test_nothing_counts_twice_when_the_answer_is_delivered_again(
    world: World, uploads_topic: str
) -> None:
    told, retry = hold_until_there_is_room(world), world.load("retry")

    for _ in range(3):
        answer(world, retry, told)

    assert world.usage(USER)["stored_bytes"] == 300
    assert len(set(drained(uploads_topic))) == 1


def test_run_that_died_is_made_good_when_the_answer_is_delivered_again(
    world: World, uploads_topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = hold_until_there_is_room(world)
    dying = world.load("retry")
    monkeypatch.setattr(dying.records, "reopen", _die)
    with pytest.raises(RuntimeError, match="killed"):
        answer(world, dying, told)

    answer(world, world.load("retry"), told)

    image = world.image(USER, "held.jpg")
    assert image is not None
    assert image["status"] == "processing"
    assert world.usage(USER)["stored_bytes"] == 300
    assert len(drained(uploads_topic)) == 1


def test_neighbours_are_processed_when_a_record_of_their_batch_is_poisoned(
    world: World, uploads_topic: str
) -> None:
    told = hold_until_there_is_room(world)
    retry = world.load("retry")
    poison = {"dynamodb": {"NewImage": {"response": {"S": "retry"}}}}

    retry.handler({"Records": [poison, asked(told)]}, lambda_context())

    image = world.image(USER, "held.jpg")
    assert image is not None
    assert image["status"] == "processing"
    assert len(drained(uploads_topic)) == 1


@pytest.mark.parametrize("value", [{"NS": ["1"]}, {"NULL": True}, {"S": "x" * 390_000}])
@pytest.mark.parametrize("attribute", ["response", "responded_at", "image", "version"])
def test_neighbour_is_processed_and_nothing_comes_again_when_a_notification_is_odd(
    world: World, uploads_topic: str, attribute: str, value: dict[str, Any]
) -> None:
    told = hold_until_there_is_room(world)
    odd = asked({**told, "identity_id": "us-east-1:eve", "image": "users/us-east-1:eve/a.jpg"})
    odd["dynamodb"]["NewImage"][attribute] = value

    world.load("retry").handler({"Records": [odd, asked(told)]}, lambda_context())

    image = world.image(USER, "held.jpg")
    assert image is not None
    assert image["status"] == "processing"


def test_photo_is_asked_for_again_when_its_owner_replies_the_same_later(
    world: World, uploads_topic: str
) -> None:
    told = hold_until_there_is_room(world)
    again = asked(told, was="retry")
    again["dynamodb"]["OldImage"]["responded_at"] = {"S": "2026-11-24T08:00:00.000Z"}
    again["dynamodb"]["NewImage"]["responded_at"] = {"S": "2026-11-24T09:00:00.000Z"}

    world.load("retry").handler({"Records": [again]}, lambda_context())

    assert len(drained(uploads_topic)) == 1


def test_nothing_happens_when_the_photo_is_gone_or_the_answer_is_old(
    world: World, uploads_topic: str
) -> None:
    quota = world.load("quota")
    world.deliver(quota, world.put(USER, "kept.jpg", b"x" * 900))
    told = hold(world, "held.jpg", 300)
    retry = world.load("retry")
    answer(world, retry, told, was="retry")
    world.deliver(quota, world.delete(USER, "held.jpg"))
    world.deliver(quota, world.delete(USER, "kept.jpg"))

    answer(world, retry, told)

    assert drained(uploads_topic) == []
    assert world.usage(USER)["stored_bytes"] == 0


def test_later_period_s_allowance_is_used_when_a_photo_is_let_in_later(
    world: World, uploads_topic: str
) -> None:
    quota = world.load("quota", QUOTA_UPLOADED_BYTES="500")
    world.deliver(quota, world.put(USER, "first.jpg", b"x" * 400))
    told = hold(world, "held.jpg", 300)
    retry = world.load("retry")

    answer(world, retry, told, at=ASKED_AT)
    assert drained(uploads_topic) == []
    answer(world, retry, told, at=ASKED_AT + 14 * 86_400)

    assert len(drained(uploads_topic)) == 1
    assert world.usage(USER, "2026-12")["uploaded_bytes"] == 300
    assert world.usage(USER)["stored_bytes"] == 700


def test_photo_is_let_in_for_what_it_was_charged_when_that_is_more_than_it_has(
    world: World, uploads_topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTA_MINIMUM_BYTES", "600")
    quota = world.load("quota")
    world.deliver(quota, world.put(USER, "kept.jpg", b"x"))
    told = hold(world, "held.jpg", 300)
    assert world.usage(USER)["held_bytes"] == 600
    world.deliver(quota, world.delete(USER, "kept.jpg"))

    answer(world, world.load("retry"), told, at=ASKED_AT + 14 * 86_400)

    total = world.usage(USER)
    assert (total["stored_bytes"], total["held_bytes"], total["held_objects"]) == (600, 0, 0)
    assert world.usage(USER, "2026-12") == {"uploaded_bytes": 600, "uploaded_objects": 1}


def test_photo_is_let_in_in_a_later_period_when_its_number_of_uploads_was_used(
    world: World, uploads_topic: str
) -> None:
    quota = world.load("quota", QUOTA_UPLOADED_OBJECTS="1")
    world.deliver(quota, world.put(USER, "first.jpg", b"x"))
    told = hold(world, "held.jpg", 300)
    retry = world.load("retry")

    answer(world, retry, told)
    assert drained(uploads_topic) == []
    answer(world, retry, told, at=ASKED_AT + 14 * 86_400)

    assert len(drained(uploads_topic)) == 1
    row = world.ledger(USER, "held.jpg")
    assert row is not None
    assert (row["state"], "held" in row, "limit_objects" in row) == ("stored", False, False)


def test_photo_is_let_in_when_its_owner_s_login_has_become_known(
    world: World, uploads_topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUOTA_FIRST_BYTES", "250")
    told = hold(world, "held.jpg", 300)
    item = {"identity_id": {"S": USER}, "subject": {"S": "login"}}
    world.dynamodb.put_item(TableName="PeopleTable", Item=item)

    answer(world, world.load("retry"), told)

    assert len(drained(uploads_topic)) == 1
    assert world.usage(USER)["stored_bytes"] == 300


def test_photo_that_is_held_for_a_day_is_let_in_or_refused_like_any_other(
    world: World, uploads_topic: str
) -> None:
    quota = world.load("quota")
    world.deliver(quota, world.put(USER, "kept.jpg", b"x" * 900))
    world.deliver(quota, world.put(USER, "waits.jpg", b"x" * 900))
    told = hold(world, "held.jpg", 300)
    answer(world, world.load("retry"), told)
    assert told["message"].endswith("We keep this one for a day.")
    assert world.notifications(USER)[-1]["message"] == told["message"]
    world.deliver(quota, world.delete(USER, "kept.jpg"))

    answer(world, world.load("retry"), told, at=ASKED_AT + 1)

    row = world.ledger(USER, "held.jpg")
    assert row is not None
    assert (row["state"], "brief" in row) == ("stored", False)
    assert world.tags(USER, "held.jpg") == []


def test_room_is_taken_once_when_two_answers_are_acted_on_at_the_same_time(
    world: World, uploads_topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    quota = world.load("quota")
    world.deliver(quota, world.put(USER, "kept.jpg", b"x" * 600))
    told = hold(world, "held.jpg", 500)
    slow, fast = world.load("retry"), world.load("retry")
    world.deliver(quota, world.delete(USER, "kept.jpg"))
    look = slow.ledger.row

    def row(image: ImageVersion) -> Any:
        monkeypatch.setattr(slow.ledger, "row", look)
        stale = look(image)
        fast.retrying.retry(image, datetime.fromtimestamp(ASKED_AT, UTC))
        return stale

    monkeypatch.setattr(slow.ledger, "row", row)

    answer(world, slow, told)

    assert world.usage(USER)["stored_bytes"] == 500
    assert world.usage(USER)["held_bytes"] == 0


def _die(*_: object, **__: object) -> None:
    raise RuntimeError("killed")
