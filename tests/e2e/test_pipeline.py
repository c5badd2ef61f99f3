"""The deployed pipeline, used as a phone uses it: every upload comes to its one end."""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote_plus

import pytest
from PIL import Image

from local.cloud import LocalCloud
from local.template import steps_of
from local.user import User, wait_for
from tests.e2e.photos import photo
from tests.e2e.stacks import left_in_queue

STEPS = set(steps_of("picture"))
RUSH = 150  # tiny files at once
NOISY = 30  # of an owner's files in work at once, and others' come first: SQS's fair queues
MakeUser = Callable[[], User]


def gone(user: User, key: str) -> bool | None:
    """True once neither an item nor an output of an upload is left."""
    left = user.image(key) is not None or any(k.startswith(f"{key}/") for k in user.output_keys())
    return None if left else True


def test_photo_is_processed_by_every_function_when_it_is_uploaded(user: MakeUser) -> None:
    ann = user()

    image = ann.wait_for_end(ann.upload("2026/Großmutter + Ñandú.jpg", photo(1, (2400, 1600))))

    assert image["status"] == "processed"
    assert set(image["steps"]) == STEPS
    assert {step["state"] for step in image["steps"].values()} <= {"done", "skipped"}
    assert (image["width"], image["height"]) == (2400, 1600)
    sizes = {
        name: (int(made["width"]), int(made["height"]))
        for name, made in image["renditions"].items()
    }
    assert sizes["thumbnail-1920-jpeg"] == (1920, 1280)
    assert sizes["thumbnail-240-webp"] == (240, 160)
    for made in image["renditions"].values():
        body = ann.output(made["key"])
        assert len(body) == made["bytes"]
        assert Image.open(io.BytesIO(body)).size == (made["width"], made["height"])


def test_owner_is_told_why_when_a_file_is_no_photo(user: MakeUser) -> None:
    ann = user()

    image = ann.wait_for_end(ann.upload("notes.jpg", b"Dear diary, this is not a picture."))

    assert (image["status"], image["reason"]) == ("rejected", "unsupported")
    [told] = wait_for(lambda: ann.notifications() or None, what="a notification")
    assert told["kind"] == "rejected"
    assert told["message"] == image["message"]


def test_owner_is_told_once_when_a_message_is_delivered_three_times(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann = user()
    body = photo(3)
    key = ann.upload("thrice.jpg", body)
    first = ann.wait_for_end(key)
    message = upload_message(cloud, ann, key, body, first["sequencer"])
    for queue in ("Thumbnail", "Watermark", "Transcode", "Metadata", "Quota", "Cleanup"):
        for _ in range(2):
            send(cloud, queue, message)
    cloud.wait_until_idle()

    again = ann.image(key)
    assert again is not None
    assert {**again, "steps": None} == {**first, "steps": None}
    assert len(ann.notifications()) == 1
    assert int(ann.usage()["total"]["stored_bytes"]) == len(body)


def test_newer_photo_wins_when_its_event_comes_before_the_original_s(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann = user()
    old, new = photo(4), photo(5)
    key = ann.upload("again.jpg", new)
    image = ann.wait_for_end(key)
    earlier = f"{int(image['sequencer'], 16) - 1:0{len(image['sequencer'])}X}"
    late = upload_message(cloud, ann, key, old, earlier)
    for queue in ("Thumbnail", "Watermark", "Transcode", "Metadata", "Quota", "Cleanup"):
        send(cloud, queue, late)
    cloud.wait_until_idle()

    after = ann.image(key)
    assert after is not None
    assert (after["version"], after["status"]) == (image["version"], "processed")
    assert int(ann.usage()["total"]["stored_bytes"]) == len(new)
    assert all(f"/{image['version']}/" in output for output in ann.output_keys())
    assert cloud.dead_letters() == {}


def test_nothing_of_the_old_photo_is_left_when_it_is_overwritten(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann = user()
    key = ann.upload("a.jpg", photo(6))
    first = ann.wait_for_end(key)

    ann.upload("a.jpg", photo(7))
    cloud.wait_until_idle()
    second = ann.wait_for_end(key)

    assert second["version"] > first["version"]
    wait_for(
        lambda: None if any(f"/{first['version']}/" in k for k in ann.output_keys()) else True,
        what="the old renditions to go",
    )
    assert int(ann.usage()["total"]["stored_bytes"]) == len(photo(7))


def test_nothing_is_left_when_a_photo_is_deleted(cloud: LocalCloud, user: MakeUser) -> None:
    ann = user()
    key = ann.upload("b.jpg", photo(8))
    ann.wait_for_end(key)

    ann.s3.delete_object(Bucket=cloud.outputs["UploadsBucketName"], Key=key)

    wait_for(lambda: gone(ann, key), what="everything of it to go")
    cloud.wait_until_idle()
    assert int(ann.usage()["total"]["stored_bytes"]) == 0
    ledger = cloud.client("dynamodb").get_item(
        TableName=cloud.outputs["LedgerTableName"],
        Key={"identity_id": {"S": ann.identity_id}, "image": {"S": key}},
    )
    assert "Item" not in ledger


def test_neighbours_are_processed_when_a_queue_gets_poison(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann = user()
    vanished = upload_message(cloud, ann, ann.key("never-there.jpg"), b"x", "00FFFFFFFFFFFFFFFF")
    queues = ("Thumbnail", "Quota", "Notify", "Cleanup")
    with retried_soon(cloud, queues):
        for queue in queues:
            send(cloud, queue, "this is not JSON")
            send(cloud, queue, json.dumps({"hello": "world"}))
            send(cloud, queue, json.dumps({"Event": "s3:TestEvent", "Bucket": "uploads"}))
        send(cloud, "Thumbnail", vanished)
        image = ann.wait_for_end(ann.upload("fine.jpg", photo(10)))
        poisoned = {f"{queue}DeadLetterQueue": 2 for queue in queues}
        wait_for(
            lambda: True if cloud.dead_letters() == poisoned else None,
            what="the poison, and nothing else, to be dead letters",
        )

    assert image["status"] == "processed"
    assert ann.image(ann.key("never-there.jpg")) is None
    for queue in queues:
        cloud.client("sqs").purge_queue(QueueUrl=cloud.outputs[f"{queue}DeadLetterQueueUrl"])


def test_photo_is_set_aside_when_its_owner_has_no_room_for_it(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann, first, second = user(), photo(11), photo(12)
    limit = {"limit_stored_bytes": {"N": str(len(first) + len(second) - 1)}}
    total = {"identity_id": {"S": ann.identity_id}, "period": {"S": "total"}}
    cloud.client("dynamodb").put_item(
        TableName=cloud.outputs["UsageTableName"], Item={**total, **limit}
    )

    ann.wait_for_end(ann.upload("first.jpg", first))
    key = ann.upload("second.jpg", second)
    image = ann.wait_for_end(key)

    assert (image["status"], image["reason"]) == ("over_quota", "storage-full")
    assert image["renditions"] == {}
    wait_for(
        lambda: None if any(k.startswith(f"{key}/") for k in ann.output_keys()) else True,
        what="the renditions to go",
    )
    told = wait_for(
        lambda: {n["image"]: n["kind"] for n in ann.notifications() if n["image"] == key} or None,
        what="a notification",
    )
    assert told == {key: "over_quota"}
    usage = {name: int(ann.usage()["total"][name]) for name in ("stored_bytes", "held_bytes")}
    assert usage == {"stored_bytes": len(first), "held_bytes": len(second)}
    assert ann.s3.get_object(Bucket=cloud.outputs["UploadsBucketName"], Key=key)["Body"].read()
    tags = cloud.client("s3").get_object_tagging(
        Bucket=cloud.outputs["UploadsBucketName"], Key=key
    )["TagSet"]
    assert tags == [{"Key": "darkroom", "Value": "over-quota"}]  # its lifecycle rule expires it


@pytest.mark.parametrize(
    "stored",
    [
        {"StorageClass": "DEEP_ARCHIVE"},
        {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32},
    ],
)
def test_photo_is_rejected_with_a_reason_when_s3_does_not_give_it_out(
    cloud: LocalCloud, user: MakeUser, stored: dict[str, Any]
) -> None:
    ann = user()
    key = ann.key("unreadable.jpg")

    # A user is refused at the door: this is somebody with the operator's credentials.
    cloud.client("s3").put_object(
        Bucket=cloud.outputs["UploadsBucketName"], Key=key, Body=photo(13), **stored
    )

    image = ann.wait_for_end(key)
    assert (image["status"], image["reason"]) == ("rejected", "unreadable")
    cloud.wait_until_idle()
    assert cloud.dead_letters() == {}


def test_nothing_is_known_of_a_folder_when_a_client_makes_one(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann = user()

    ann.upload("album/", b"")
    inside = ann.upload("album/a.jpg", photo(14))
    ann.wait_for_end(inside)
    cloud.wait_until_idle()

    assert [image["image"] for image in ann.images()] == [inside]
    assert int(ann.usage()["total"]["stored_objects"]) == 1
    assert [told["image"] for told in ann.notifications()] == [inside]


def test_file_overtakes_most_of_a_rush_when_another_owner_began_it_before(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann, bob = user(), user()
    with left_in_queue(cloud, "Quota"):
        with ThreadPoolExecutor(8) as pool:
            rush = [pool.submit(bob.upload, f"{n}.txt", b"x", "text/plain") for n in range(RUSH)]
            for upload in rush:
                upload.result()
        in_quota_queue(cloud, RUSH)
        with taken(cloud, "QuotaQueue", NOISY):
            key = ann.upload("a.txt", b"x", "text/plain")
            in_quota_queue(cloud, RUSH + 1)  # all of the rush is in her way
            cloud.set_event_source("Quota", Enabled=True)
            hers = ann.wait_for_end(key)

    cloud.wait_until_idle()
    theirs = [image["finished_at"] for image in bob.images()]
    assert len(theirs) == RUSH
    assert sum(finished < hers["finished_at"] for finished in theirs) < RUSH / 2


def in_quota_queue(cloud: LocalCloud, count: int) -> None:
    """Wait until so many messages have come to the queue of quota."""
    wait_for(
        lambda: True if cloud.depth("QuotaQueue") == count else None,
        what=f"{count} messages in the queue of quota",
    )


@contextmanager
def taken(cloud: LocalCloud, queue: str, count: int) -> Iterator[None]:
    """Hold so many messages of a queue meanwhile, as functions would that work on them."""
    sqs, url = cloud.client("sqs"), cloud.outputs[f"{queue}Url"]
    held: list[str] = []
    while len(held) < count:
        answer = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=min(10, count - len(held)), VisibilityTimeout=3600
        )
        held += [message["ReceiptHandle"] for message in answer["Messages"]]
    try:
        yield
    finally:
        for receipt in held:
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=receipt, VisibilityTimeout=0)


def test_everything_ends_once_when_three_users_upload_three_hundred_photos(
    cloud: LocalCloud, user: MakeUser
) -> None:
    users = [user() for _ in range(3)]
    jobs = [(users[n % 3], f"{n:03}.jpg", photo(100 + n, (640, 480))) for n in range(300)]
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda job: job[0].upload(job[1], job[2]), jobs))

    def all_ended() -> bool | None:
        ended = [i for u in users for i in u.images() if i["status"] != "processing"]
        return True if len(ended) == len(jobs) else None

    wait_for(all_ended, seconds=240, what="300 photos to end")
    cloud.wait_until_idle()
    assert cloud.dead_letters() == {}
    for owner in users:
        sizes = [len(body) for u, _, body in jobs if u is owner]
        assert Counter(i["status"] for i in owner.images()) == {"processed": 100}
        total = owner.usage()["total"]
        assert (int(total["stored_bytes"]), int(total["stored_objects"])) == (sum(sizes), 100)
        told = Counter(n["image"] for n in owner.notifications())
        assert len(told) == 100
        assert set(told.values()) == {1}


def upload_message(cloud: LocalCloud, user: User, key: str, body: bytes, sequencer: str) -> str:
    """The message S3 would send for an upload."""
    record = {
        "eventVersion": "2.6",
        "eventSource": "aws:s3",
        "awsRegion": cloud.outputs["Region"],
        "eventTime": "2026-11-24T08:30:00.000Z",
        "eventName": "ObjectCreated:Put",
        "s3": {
            "bucket": {"name": cloud.outputs["UploadsBucketName"]},
            "object": {
                "key": quote_plus(key, safe="/"),
                "size": len(body),
                "eTag": hashlib.md5(body).hexdigest(),
                "sequencer": sequencer,
            },
        },
    }
    return json.dumps({"Records": [record]})


@contextmanager
def retried_soon(cloud: LocalCloud, queues: tuple[str, ...]) -> Iterator[None]:
    """Let failed messages of these queues come again after seconds, not six timeouts later.

    A run must not take five times as long: a sound message would be a dead letter meanwhile.
    """
    sqs = cloud.client("sqs")
    urls = [cloud.outputs[f"{queue}QueueUrl"] for queue in queues]
    usual = [
        sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
        for url in urls
    ]
    for url in urls:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "4"})
    try:
        yield
    finally:
        for url, attributes in zip(urls, usual, strict=True):
            sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)


def send(cloud: LocalCloud, queue: str, body: str) -> None:
    cloud.client("sqs").send_message(QueueUrl=cloud.outputs[f"{queue}QueueUrl"], MessageBody=body)
