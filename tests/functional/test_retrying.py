"""A photo goes through all steps again when its owner asks and there is room; else it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from darkroom.aws.clients import dynamodb_client, s3_client, sns_client
from darkroom.config import LedgerConfig, NotificationsConfig, load
from darkroom.errors import TransientError
from darkroom.people.notifications import Notifications
from darkroom.people.once import Once
from darkroom.pipeline.uploads import ImageVersion, Upload
from darkroom.quota.ledger import Ledger
from darkroom.quota.over_quota_tags import OverQuotaTags
from darkroom.repair.retry import Retrying

from tests.functional.conftest import UPLOADS, World
from tests.functional.pipeline import STEPS, received, subscribed
from tests.functional.test_join import records, upload_of
from tests.functional.test_records import Heads, again, change, item_of
from tests.functional.wire import meanwhile

ASKED_AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
AT = "2026-11-24T09:00:00.000Z"
LATER = datetime(2026, 11, 24, 10, tzinfo=UTC)
TAG = {"TagSet": [{"Key": "darkroom", "Value": "over-quota"}]}


class Owner:
    """The owner of one photo of 10 bytes, who asks to process it again."""

    def __init__(self, world: World, uploads_topic: tuple[str, str]) -> None:
        self._world = world
        self._arn, self._queue = uploads_topic
        self.upload = upload_of("ann", "a.jpg", world.put("ann", "a.jpg", b"0123456789"))
        records().open(self.upload, Heads())

    def ledger(self, stored_bytes: int) -> Ledger:
        self._world.monkeypatch.setenv("QUOTA_MODE", "enforce")
        self._world.monkeypatch.setenv("QUOTA_STORED_BYTES", str(stored_bytes))
        return Ledger.of(dynamodb_client(), load(LedgerConfig))

    def go_over_quota(self, **changed: Any) -> None:
        self.ledger(5).charge(self.upload)
        self._world.s3.put_object_tagging(Bucket=UPLOADS, Key=self.upload.key, Tagging=TAG)
        change(self._world, **{"status": "over_quota", "withdrawn": True} | changed)

    def ask(
        self, *, room: int = 1000, at: datetime = ASKED_AT, of: ImageVersion | None = None
    ) -> str:
        ledger = self.ledger(room)
        dynamodb, sns = dynamodb_client(), sns_client()
        notifications = Notifications.of(
            dynamodb, sns, Once(dynamodb, "IdempotencyTable"), load(NotificationsConfig)
        )
        retrying = Retrying(
            records(),
            ledger,
            OverQuotaTags(s3_client(), ledger),
            notifications,
            s3_client(),
            sns,
            uploads_bucket=UPLOADS,
            uploads_topic_arn=self._arn,
            grace_days=14,
        )
        return retrying.retry(of or self.upload, at)

    def republished(self) -> list[Any]:
        """The S3 records that the functions were told since the last call, in Ann's group."""
        messages = received(self._queue)
        assert {message["Attributes"].get("MessageGroupId") for message in messages} <= {"ann"}
        return [json.loads(message["Body"])["Records"][0] for message in messages]


@pytest.fixture
def owner(world: World) -> Owner:
    return Owner(world, subscribed("uploads"))


def test_functions_are_told_as_s3_told_them_when_a_failed_photo_is_retried(
    world: World, owner: Owner
) -> None:
    change(world, status="failed", sequencer="00FF", reason="unfinished", message="Failed.")

    assert owner.ask() == "started"

    item = item_of(world)
    assert (item["status"], item["retried_at"]) == ("processing", AT)
    assert "reason" not in item
    (record,) = owner.republished()
    assert record["eventTime"] == "2026-11-24T08:30:00.000Z"
    assert record["s3"]["bucket"]["name"] == UPLOADS
    assert record["s3"]["object"] == {
        "key": "users/ann/a.jpg",
        "sequencer": "00FF",
        "size": 10,
        "eTag": owner.upload.etag,
    }
    assert world.ledger("ann", "a.jpg") is None  # which nobody held


@pytest.mark.parametrize(("kind", "steps"), [("picture", set(STEPS)), ("other", {"quota"})])
def test_steps_are_those_of_its_kind_when_a_file_is_retried(
    world: World, owner: Owner, kind: str, steps: set[str]
) -> None:
    change(world, status="failed", kind=kind)
    assert owner.ask() == "started"
    assert set(item_of(world)["steps"]) == steps


def test_photo_is_stored_and_keeps_no_tag_when_there_is_room_by_now(
    world: World, owner: Owner
) -> None:
    owner.go_over_quota()

    assert owner.ask() == "started"

    assert world.usage("ann")["stored_bytes"] == 10
    assert world.tags("ann", "a.jpg") == []
    item = item_of(world)
    assert (item["status"], item["retried_at"]) == ("processing", AT)
    assert "withdrawn" not in item
    assert len(owner.republished()) == 1
    assert world.published() == []


def test_owner_is_told_once_for_each_time_when_there_still_is_no_room(
    world: World, owner: Owner
) -> None:
    owner.go_over_quota()

    assert [owner.ask(room=9, at=at) for at in (ASKED_AT, ASKED_AT, LATER)] == ["no room"] * 3

    item = item_of(world)
    assert (item["status"], item["reason"]) == ("over_quota", "storage-full")
    assert item["message"].startswith("Your storage of 9 bytes is full.")
    assert [told["kind"] for told in world.published()] == ["over_quota"] * 2
    assert world.tags("ann", "a.jpg") == TAG["TagSet"]
    assert owner.republished() == []


@pytest.mark.parametrize(("stored_before", "kept"), [(0, "a day"), (5, "14 days")])
def test_owner_is_told_how_long_a_photo_is_kept_when_there_is_no_room(
    world: World, owner: Owner, stored_before: int, kept: str
) -> None:
    if stored_before:
        other = replace(owner.upload, key="users/ann/b.jpg", bytes=stored_before)
        owner.ledger(stored_before).charge(other)
    room = 2 * stored_before or 9  # what is held fits into an empty storage, or does not
    owner.ledger(room).charge(owner.upload)
    change(world, status="over_quota", withdrawn=True)

    assert owner.ask(room=room) == "no room"

    assert item_of(world)["message"].endswith(f" We keep this one for {kept}.")


def test_message_comes_again_when_files_are_not_withdrawn_yet(world: World, owner: Owner) -> None:
    owner.go_over_quota(withdrawn=None)
    with pytest.raises(TransientError):
        owner.ask()
    assert world.usage("ann")["stored_bytes"] == 0


def test_functions_are_told_again_when_the_same_request_comes_again(
    world: World, owner: Owner
) -> None:
    change(world, status="failed")
    assert [owner.ask(), owner.ask()] == ["started", "started"]
    assert len(owner.republished()) == 2
    change(world, status="processed")
    before = item_of(world)
    assert owner.ask() == "started"
    assert owner.ask(at=LATER) == "settled"
    assert item_of(world) == before
    assert len(owner.republished()) == 1


def fail_and_delete(world: World, _: Owner) -> None:
    change(world, status="failed")
    world.delete("ann", "a.jpg")


SETTLED: dict[str, Callable[[World, Owner], object]] = {
    "processing": lambda w, _: change(w, status="processing"),
    "processed": lambda w, _: change(w, status="processed"),
    "rejected": lambda w, _: change(w, status="rejected"),
    "no item": lambda _, owner: records().delete_permanently(owner.upload),
    "no object": fail_and_delete,
    "no charge": lambda w, _: change(w, status="over_quota", withdrawn=True),
}


@pytest.mark.parametrize("why", SETTLED)
def test_nothing_happens_when_the_request_is_settled(world: World, owner: Owner, why: str) -> None:
    SETTLED[why](world, owner)
    before = world.image("ann", "a.jpg")
    assert owner.ask() == "settled"
    assert world.image("ann", "a.jpg") == before
    assert owner.republished() == []


def test_nothing_happens_when_another_version_is_there_by_now(world: World, owner: Owner) -> None:
    asked_for = owner.upload
    records().open(again(asked_for), Heads())
    change(world, status="failed")
    assert owner.ask(of=asked_for) == "settled"
    assert owner.republished() == []


def test_nothing_happens_when_the_version_is_overwritten_while_it_is_reopened(
    world: World, owner: Owner
) -> None:
    change(world, status="failed")

    def overwrite() -> None:
        newer = Upload(**{**vars(owner.upload), "version": f"{owner.upload.version}1", "etag": "n"})
        records().open(newer, Heads())

    with world.wire.watch(meanwhile("UpdateItem ImagesTable", overwrite)):
        assert owner.ask() == "settled"
    assert owner.republished() == []
