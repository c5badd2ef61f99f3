"""A function that dies, waits or loses a reply at the worst moment loses and doubles nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.response import StreamingBody
from darkroom.aws.clients import s3_client
from darkroom.pipeline.originals import Originals, SourceVanished
from darkroom.pipeline.processed import ProcessedBucket
from darkroom.pipeline.records import StepOutcome
from darkroom.pipeline.steps import Output, Result, Step
from PIL import Image

from tests.functional.conftest import PROCESSED, World
from tests.functional.test_join import finish, finish_all, records, upload_of
from tests.functional.wire import Killed, only

FULL = StepOutcome("over_quota", "storage-full", "Full.")


@contextmanager
def killed() -> Iterator[None]:
    """The function dies in here, and its claims are over when its message comes again."""
    with pytest.raises(Killed):
        yield


def end_claims(world: World) -> None:
    """What the visibility timeout of a message, six times its function's timeout, makes sure of."""
    for item in world.dynamodb.scan(TableName="IdempotencyTable")["Items"]:
        if "claimed_until" in item:
            world.dynamodb.update_item(
                TableName="IdempotencyTable",
                Key={"id": item["id"]},
                UpdateExpression="SET claimed_until = :over",
                ExpressionAttributeValues={":over": {"N": "0"}},
            )


def test_deletion_is_done_at_once_when_a_later_one_was_counted_before(world: World) -> None:
    cleanup, quota = world.load("cleanup"), world.load("quota")
    upload = upload_of("ann", "a.jpg", world.put("ann", "a.jpg"))
    finish(upload, "thumbnail")
    first = world.delete("ann", "a.jpg")
    world.put("ann", "a.jpg")
    second = world.delete("ann", "a.jpg")
    world.deliver(quota, second)

    assert world.deliver(cleanup, first) == []
    assert world.image("ann", "a.jpg") is None
    assert world.outputs() == set()


def test_usage_falls_at_once_when_a_later_deletion_was_cleaned_up_before(world: World) -> None:
    cleanup, quota = world.load("cleanup"), world.load("quota")
    world.deliver(quota, world.put("ann", "a.jpg"))
    first = world.delete("ann", "a.jpg")
    world.put("ann", "a.jpg")
    second = world.delete("ann", "a.jpg")
    world.deliver(cleanup, second)

    assert world.deliver(quota, first) == []
    assert world.usage("ann")["stored_bytes"] == 0


def test_step_gives_up_at_once_when_the_deletion_was_counted_before(world: World) -> None:
    quota = world.load("quota")
    upload = upload_of("ann", "a.jpg", world.put("ann", "a.jpg"))
    originals = Originals(s3_client())
    records().open(upload, originals)
    world.deliver(quota, world.delete("ann", "a.jpg"))

    def find_nothing() -> Result:
        raise SourceVanished("gone")

    processed = ProcessedBucket(s3_client(), PROCESSED)
    step = Step("thumbnail", records=records(), processed=processed, originals=originals)
    step.run(upload, find_nothing)

    assert world.image("ann", "a.jpg") is None


def test_cleanup_is_done_when_a_still_newer_version_opens_meanwhile(world: World) -> None:
    cleanup = world.load("cleanup")
    finish_all(upload_of("ann", "a.jpg", world.put("ann", "a.jpg", b"1")))
    second = world.put("ann", "a.jpg", b"2")
    third = world.put("ann", "a.jpg", b"3")
    sweep = cleanup.processed.sweep

    def sweep_while_it_opens(*arguments: Any, **options: Any) -> None:
        finish(upload_of("ann", "a.jpg", third), "thumbnail")
        sweep(*arguments, **options)

    world.monkeypatch.setattr(cleanup.processed, "sweep", sweep_while_it_opens)

    assert world.deliver(cleanup, second) == []


def test_older_files_go_when_cleanup_died_while_it_swept_them(world: World) -> None:
    cleanup = world.load("cleanup")
    finish_all(upload_of("ann", "a.jpg", world.put("ann", "a.jpg", b"1")))
    second = world.put("ann", "a.jpg", b"2")
    sweep = cleanup.processed.sweep

    def die(*_: Any, **__: Any) -> None:
        world.monkeypatch.setattr(cleanup.processed, "sweep", sweep)
        raise Killed

    world.monkeypatch.setattr(cleanup.processed, "sweep", die)
    with killed():
        world.deliver(cleanup, second)
    assert world.outputs() != set()

    assert world.deliver(cleanup, second) == []

    assert world.outputs() == set()


def put_over_quota(world: World, cleanup: Any, notify: Any) -> None:
    world.deliver(notify, *world.receipts())
    world.deliver(cleanup, *(json.dumps(message) for message in world.published()))


def test_nothing_is_listed_when_a_repeated_step_ends_after_files_were_withdrawn(
    world: World,
) -> None:
    notify, cleanup = world.load("notify"), world.load("cleanup")
    upload = upload_of("ann", "a.jpg", world.put("ann", "a.jpg"))
    finish_all(upload, quota=FULL)

    def slow_work() -> Result:
        put_over_quota(world, cleanup, notify)
        return Result(outputs=(Output("thumbnail.bin", b"late", "image/jpeg", rendition="t"),))

    processed = ProcessedBucket(s3_client(), PROCESSED)
    step = Step(
        "thumbnail",
        records=records(),
        processed=processed,
        originals=Originals(s3_client()),
        filenames=["thumbnail.bin"],
    )
    step.run(upload, slow_work)

    image = world.image("ann", "a.jpg")
    assert image is not None
    assert (image["status"], image["renditions"]) == ("over_quota", {})
    assert world.outputs() == set()


def test_owner_is_told_of_full_storage_when_notify_dies_and_the_last_step_is_repeated(
    world: World,
) -> None:
    notify, cleanup = world.load("notify"), world.load("cleanup")
    upload = upload_of("ann", "a.jpg", world.put("ann", "a.jpg"))
    for step in ("thumbnail", "watermark", "transcode", "metadata"):
        finish(upload, step)
    world.deliver(notify, *world.receipts())
    finish(upload, "quota", FULL)
    (last,) = [r for r in world.receipts() if "quota.json" in r["s3"]["object"]["key"]]
    with killed(), world.wire.watch(only("UpdateItem", "killed after")):
        world.deliver(notify, last)
    image = world.image("ann", "a.jpg")
    assert image is not None
    assert image["status"] == "over_quota"

    finish(upload, "quota", FULL)
    end_claims(world)
    world.deliver(notify, last)

    assert [n["kind"] for n in world.notifications("ann")] == ["over_quota"]
    world.deliver(cleanup, *(json.dumps(message) for message in world.published()))
    assert world.outputs() == set()


def test_owner_is_told_once_when_a_receipt_comes_again_after_its_claim_is_over(
    world: World,
) -> None:
    notify = world.load("notify")
    finish_all(upload_of("ann", "a.jpg", world.put("ann", "a.jpg")))
    world.deliver(notify, *world.receipts())

    end_claims(world)
    world.deliver(notify, world.receipts()[0])

    assert len(world.published()) == 1


@pytest.mark.parametrize("occurrence", range(5))
@pytest.mark.parametrize("operation", ["UpdateItem", "PutItem"])
def test_owner_is_told_once_when_a_reply_to_notify_was_lost(
    world: World, operation: str, occurrence: int
) -> None:
    notify = world.load("notify")
    finish_all(upload_of("ann", "a.jpg", world.put("ann", "a.jpg")))
    world.monkeypatch.setattr("time.sleep", lambda _: None)

    with world.wire.watch(only(operation, "reply lost", occurrence=occurrence)):
        assert world.deliver(notify, world.receipts()[0]) == []

    image = world.image("ann", "a.jpg")
    assert image is not None
    assert image["status"] == "processed"
    assert len(world.notifications("ann")) == 1
    assert len(world.published()) == 1


def test_small_photo_is_not_expired_when_the_hold_of_a_larger_one_died_half_way(
    world: World,
) -> None:
    quota = world.load("quota", QUOTA_MODE="enforce")
    large = world.put("ann", "a.jpg", b"x" * 2000)
    small = world.put("ann", "a.jpg", b"x" * 10)
    with killed(), world.wire.watch(only("PutObjectTagging", "killed before")):
        world.deliver(quota, large)
    world.deliver(quota, small)
    world.s3.put_object_tagging(  # what the dying run had sent arrives after all
        Bucket="uploads",
        Key="users/ann/a.jpg",
        Tagging={"TagSet": [{"Key": "darkroom", "Value": "over-quota"}]},
    )

    assert world.deliver(quota, large) == []

    assert world.usage("ann")["stored_bytes"] == 10
    assert world.tags("ann", "a.jpg") == []


def test_small_photo_is_not_expired_when_a_large_one_was_held_late_and_deleted(
    world: World,
) -> None:
    quota = world.load("quota", QUOTA_MODE="enforce")
    large = world.put("ann", "a.jpg", b"x" * 2000)
    removed = world.delete("ann", "a.jpg")
    small = world.put("ann", "a.jpg", b"x" * 10)

    for event in (large, removed, small):
        assert world.deliver(quota, event) == []

    assert world.usage("ann")["stored_bytes"] == 10
    assert world.tags("ann", "a.jpg") == []


def test_step_is_tried_again_when_its_write_is_refused_without_a_reason(world: World) -> None:
    quota = world.load("quota")
    created = world.put("ann", "a.jpg")

    with world.wire.watch(only("UpdateItem", "refused")):
        assert world.deliver(quota, created) == [0]
    assert world.deliver(quota, created) == []

    image = world.image("ann", "a.jpg")
    assert image is not None
    assert image["steps"]["quota"]["state"] == "done"


@pytest.mark.parametrize("damage", ["cut", "changed"])
def test_photo_is_processed_when_its_body_arrives_damaged_once(world: World, damage: str) -> None:
    s3 = s3_client()
    world.monkeypatch.setattr("darkroom.pipeline.pixel_worker.s3_client", lambda: s3)
    thumbnail = world.load("thumbnail")
    created = world.put("ann", "a.jpg", _jpeg())
    real, calls = s3.get_object, []

    def damaged(**request: Any) -> Any:
        answer = real(**request)
        calls.append(request)
        if len(calls) == 1:
            body = bytearray(answer["Body"].read())
            length = len(body)
            if damage == "cut":
                del body[length // 2 :]
            else:
                body[4:200] = bytes(196)
            answer["Body"] = StreamingBody(io.BytesIO(bytes(body)), length)
        return answer

    world.monkeypatch.setattr(s3, "get_object", damaged)

    assert world.deliver(thumbnail, created) == []

    assert len(calls) == 2
    image = world.image("ann", "a.jpg")
    assert image is not None
    assert image["steps"]["thumbnail"]["state"] == "done"


def test_message_fails_when_the_body_is_damaged_each_time(world: World) -> None:
    s3 = s3_client()
    world.monkeypatch.setattr("darkroom.pipeline.pixel_worker.s3_client", lambda: s3)
    thumbnail = world.load("thumbnail")
    created = world.put("ann", "a.jpg", _jpeg())
    real = s3.get_object

    def damaged(**request: Any) -> Any:
        answer = real(**request)
        length = len(answer["Body"].read())
        answer["Body"] = StreamingBody(io.BytesIO(bytes(length)), length)
        return answer

    world.monkeypatch.setattr(s3, "get_object", damaged)

    assert world.deliver(thumbnail, created) == [0]
    image = world.image("ann", "a.jpg")
    assert image is not None
    assert image["steps"]["thumbnail"]["state"] == "pending"


def _jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((64, 48), 60).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()
