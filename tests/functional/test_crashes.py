"""A function that dies, waits or loses a reply at the worst moment loses and doubles nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.response import StreamingBody
from darkroom.aws.clients import s3_client
from darkroom.pipeline.originals import Originals, SourceVanished
from darkroom.pipeline.processed import ProcessedBucket
from darkroom.pipeline.records import StepOutcome
from darkroom.pipeline.steps import Output, Result, Step
from darkroom.states import StepState
from PIL import Image

from tests.functional.conftest import PROCESSED, World
from tests.functional.pipeline import receipts
from tests.functional.test_join import finish, finish_all, records, upload_of
from tests.functional.wire import Killed, only

FULL = StepOutcome(StepState.OVER_QUOTA, "storage-full", "Full.")


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
    step = Step(
        "thumbnail",
        records=records(),
        processed=processed,
        receipts=receipts(),
        originals=originals,
    )
    step.run(upload, find_nothing)

    assert world.image("ann", "a.jpg") is None


def test_cleanup_is_done_when_a_still_newer_version_opens_meanwhile(world: World) -> None:
    cleanup = world.load("cleanup")
    finish_all(upload_of("ann", "a.jpg", world.put("ann", "a.jpg", b"1")))
    second = world.put("ann", "a.jpg", b"2")
    third = world.put("ann", "a.jpg", b"3")
    delete = cleanup.processed.delete_older_outputs

    def delete_while_it_opens(*arguments: Any, **options: Any) -> None:
        finish(upload_of("ann", "a.jpg", third), "thumbnail")
        delete(*arguments, **options)

    world.monkeypatch.setattr(cleanup.processed, "delete_older_outputs", delete_while_it_opens)

    assert world.deliver(cleanup, second) == []


def test_older_files_go_when_cleanup_died_while_it_deleted_them(world: World) -> None:
    cleanup = world.load("cleanup")
    finish_all(upload_of("ann", "a.jpg", world.put("ann", "a.jpg", b"1")))
    second = world.put("ann", "a.jpg", b"2")
    delete = cleanup.processed.delete_older_outputs

    def die(*_: Any, **__: Any) -> None:
        world.monkeypatch.setattr(cleanup.processed, "delete_older_outputs", delete)
        raise Killed

    world.monkeypatch.setattr(cleanup.processed, "delete_older_outputs", die)
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
        receipts=receipts(),
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
    finish(upload, "quota", FULL)
    (last,) = world.receipts()
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


HEAD = "bytes=0-1023"
Damage = Callable[[str, Callable[[int, str], bool]], list[str]]


def body_as_it_arrives(body: bytes, how: str) -> StreamingBody:
    """What comes in of a body: half of it, or all, with some or all of its bytes changed."""
    arrived = {
        "cut": body[: len(body) // 2],
        "changed": body[:4] + bytes(196) + body[200:],
        "lost": bytes(len(body)),
    }[how]
    return StreamingBody(io.BytesIO(arrived), len(body))


@pytest.fixture
def damaged(world: World) -> Damage:
    """Damages what S3 sends: the bodies that are chosen by their number and range."""
    s3 = s3_client()
    world.monkeypatch.setattr("darkroom.pipeline.file_worker.s3_client", lambda: s3)
    real = s3.get_object
    ranges: list[str] = []

    def damage_those(how: str, chosen: Callable[[int, str], bool]) -> list[str]:
        def get_object(**request: Any) -> Any:
            answer = real(**request)
            ranges.append(request.get("Range", "all"))
            if chosen(len(ranges), ranges[-1]):
                answer["Body"] = body_as_it_arrives(answer["Body"].read(), how)
            return answer

        world.monkeypatch.setattr(s3, "get_object", get_object)
        return ranges

    return damage_those


@pytest.mark.parametrize(
    ("how", "number", "asked"),
    [
        ("cut", 1, [HEAD, HEAD, "all"]),
        ("lost", 1, [HEAD, HEAD]),  # by which nothing is told: the message comes again
        ("cut", 2, [HEAD, "all", "all"]),
        ("changed", 2, [HEAD, "all", "all"]),
    ],
)
def test_photo_is_processed_when_its_head_or_body_arrives_damaged_once(
    world: World, damaged: Damage, how: str, number: int, asked: list[str]
) -> None:
    ranges = damaged(how, lambda count, _: count == number)
    thumbnail = world.load("thumbnail")
    created = world.put("ann", "a.jpg", _jpeg())

    failed = world.deliver(thumbnail, created)

    assert ranges == asked
    assert failed == ([0] if how == "lost" else [])
    assert world.deliver(thumbnail, created) == []
    image = world.image("ann", "a.jpg")
    assert image is not None
    assert image["steps"]["thumbnail"]["state"] == "done"


def test_message_fails_when_the_body_is_damaged_each_time(world: World, damaged: Damage) -> None:
    damaged("lost", lambda _, part: part == "all")
    thumbnail = world.load("thumbnail")

    assert world.deliver(thumbnail, world.put("ann", "a.jpg", _jpeg())) == [0]

    image = world.image("ann", "a.jpg")
    assert image is not None
    assert image["steps"]["thumbnail"]["state"] == "pending"


def _jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((64, 48), 60).convert("RGB").save(buffer, "JPEG")
    return buffer.getvalue()
