"""A version ends once, whichever receipt comes last and however often each comes."""

from __future__ import annotations

import itertools
import json
import random
from typing import Any

import pytest
from darkroom.aws.clients import dynamodb_client, s3_client
from darkroom.config import RecordsConfig, load
from darkroom.model import Receipt
from darkroom.pipeline.events import object_events
from darkroom.pipeline.originals import Originals
from darkroom.pipeline.processed import ProcessedBucket
from darkroom.pipeline.records import ImageRecords, StepOutcome
from darkroom.pipeline.steps import Output, Result, Step
from darkroom.pipeline.uploads import ImageVersion, Upload
from darkroom.states import StepState

from tests.functional.conftest import PROCESSED, STEPS, World
from tests.functional.pipeline import BROKEN, receipts


def records() -> ImageRecords:
    return ImageRecords.of(dynamodb_client(), load(RecordsConfig))


def upload_of(user: str, name: str, record: dict[str, Any]) -> Upload:
    """The upload that an event tells of."""
    [event] = object_events(json.dumps({"Records": [record]}))
    upload = ImageVersion.of(event)
    assert isinstance(upload, Upload)
    return upload


class Pictures(Originals):
    """Uploads that are pictures by their heads, also when they have been overwritten since.

    So a test can open a version that was there a moment ago.
    """

    def head(self, upload: Upload) -> bytes:
        return BROKEN


def finish(upload: Upload, step: str, outcome: StepOutcome | None = None) -> None:
    """What a processor does for an upload, with one small file as its work."""
    output = Output(f"{step}.bin", b"result", "image/jpeg", rendition=step)
    runner = Step(
        step,
        records=records(),
        processed=ProcessedBucket(s3_client(), PROCESSED),
        receipts=receipts(),
        originals=Pictures(s3_client()),
        filenames=[output.filename],
    )
    runner.run(upload, lambda: Result(outcome or StepOutcome(StepState.DONE), (output,)))


def finish_all(upload: Upload, **outcomes: StepOutcome) -> None:
    for step in STEPS:
        finish(upload, step, outcomes.get(step))


def receipt_file(world: World, upload: Upload, step: str) -> dict[str, Any]:
    """The event of what releases before 0.2.0 left for every step: a file with its receipt."""
    receipt: Receipt = {
        "identity_id": upload.identity_id, "image": upload.key, "version": upload.version,
        "step": step, "state": StepState.DONE,
    }  # fmt: skip
    key = upload.output_key(f"{step}.json")
    world.s3.put_object(Bucket=PROCESSED, Key=key, Body=json.dumps(receipt).encode())
    return event_of_file(world, key)


def event_of_file(world: World, key: str) -> dict[str, Any]:
    """The event of a file in the processed bucket."""
    record = world.record("ObjectCreated:Put", key, {"size": 1, "eTag": "e"})
    record["s3"]["bucket"]["name"] = PROCESSED
    return record


def test_image_is_processed_when_all_steps_are_done(world: World) -> None:
    notify = world.load("notify")
    finish_all(upload_of("ann", "a.jpg", world.put("ann", "a.jpg")))

    assert world.deliver(notify, *world.receipts()) == []

    image = world.image("ann", "a.jpg")
    assert image is not None
    assert image["status"] == "processed"
    assert set(image["renditions"]) == set(STEPS)
    assert [n["kind"] for n in world.notifications("ann")] == ["processed"]
    assert [n["image"] for n in world.published()] == ["users/ann/a.jpg"]


@pytest.mark.parametrize("last", STEPS)
def test_one_receipt_is_sent_by_whichever_step_comes_last(world: World, last: str) -> None:
    upload = upload_of("ann", "a.jpg", world.put("ann", "a.jpg"))
    for step in STEPS:
        if step != last:
            finish(upload, step)
            assert world.receipts() == []

    finish(upload, last)

    (receipt,) = world.receipts()
    assert json.loads(receipt)["step"] == last


def test_image_is_processing_when_a_receipt_comes_while_a_step_is_missing(world: World) -> None:
    notify = world.load("notify")
    upload = upload_of("ann", "a.jpg", world.put("ann", "a.jpg"))
    finish(upload, STEPS[1])

    assert world.deliver(notify, receipt_file(world, upload, STEPS[1])) == []

    image = world.image("ann", "a.jpg")
    assert image is not None
    assert image["status"] == "processing"
    assert world.notifications("ann") == []


def test_owner_is_told_once_when_receipts_come_many_times_in_any_order(world: World) -> None:
    notify = world.load("notify")
    finish_all(upload_of("ann", "a.jpg", world.put("ann", "a.jpg")))
    receipts = world.receipts() * 3
    random.Random(3).shuffle(receipts)

    for receipt in receipts:
        assert world.deliver(notify, receipt) == []

    assert len(world.notifications("ann")) == 1
    assert len(world.published()) == 1


@pytest.mark.parametrize(
    ("outcomes", "status", "reason"),
    [
        (
            {"thumbnail": StepOutcome(StepState.REJECTED, "corrupt", "Broken.")},
            "rejected",
            "corrupt",
        ),
        (
            {"quota": StepOutcome(StepState.OVER_QUOTA, "storage-full", "Full.")},
            "over_quota",
            "storage-full",
        ),
        (
            {
                "quota": StepOutcome(StepState.OVER_QUOTA, "storage-full", "Full."),
                "metadata": StepOutcome(StepState.REJECTED, "unsupported", "No image."),
            },
            "rejected",
            "unsupported",
        ),
        (
            {"transcode": StepOutcome(StepState.SKIPPED, "web-ready", "Fine.")},
            "processed",
            None,
        ),
    ],
)
def test_verdict_is_the_worst_of_the_steps_when_they_differ(
    world: World, outcomes: dict[str, StepOutcome], status: str, reason: str | None
) -> None:
    notify = world.load("notify")
    finish_all(upload_of("ann", "a.jpg", world.put("ann", "a.jpg")), **outcomes)

    world.deliver(notify, *world.receipts())

    image = world.image("ann", "a.jpg")
    assert image is not None
    assert (image["status"], image.get("reason")) == (status, reason)
    assert world.published()[0]["kind"] == status


def test_subscriber_can_filter_when_a_notification_is_published(world: World) -> None:
    notify = world.load("notify")
    finish_all(upload_of("ann", "a.jpg", world.put("ann", "a.jpg")))
    world.deliver(notify, *world.receipts())

    message = world.sqs.receive_message(
        QueueUrl=world.published_queue, MessageAttributeNames=["All"]
    )["Messages"][0]

    values = {name: a["StringValue"] for name, a in message["MessageAttributes"].items()}
    assert values == {"user": "ann", "kind": "processed"}


def test_answer_stays_when_a_notification_is_announced_again(world: World) -> None:
    notify = world.load("notify")
    finish_all(upload_of("ann", "a.jpg", world.put("ann", "a.jpg")))
    world.deliver(notify, *world.receipts())
    told = world.notifications("ann")[0]
    world.dynamodb.update_item(
        TableName="NotificationsTable",
        Key={"identity_id": {"S": "ann"}, "notification_id": {"S": told["notification_id"]}},
        UpdateExpression="SET seen_at = :now",
        ExpressionAttributeValues={":now": {"S": "2026-11-24T09:00:00.000Z"}},
    )

    notify.notifications.announce(world.image("ann", "a.jpg"))

    again = world.notifications("ann")
    assert [n.get("seen_at") for n in again] == ["2026-11-24T09:00:00.000Z"]


def test_older_version_changes_nothing_when_it_comes_after_the_newer(world: World) -> None:
    notify = world.load("notify")
    first = upload_of("ann", "a.jpg", world.put("ann", "a.jpg", b"1"))
    second = upload_of("ann", "a.jpg", world.put("ann", "a.jpg", b"2"))

    finish_all(second)
    finish_all(first)
    world.deliver(notify, *world.receipts())

    image = world.image("ann", "a.jpg")
    assert image is not None
    assert (image["version"], image["status"]) == (second.version, "processed")
    assert not any(first.version in key for key in world.outputs())
    assert len(world.published()) == 1


def test_newer_version_wins_when_an_overwrite_interleaves_with_its_original(world: World) -> None:
    notify, cleanup = world.load("notify"), world.load("cleanup")
    world.monkeypatch.setattr(cleanup, "originals", Pictures(s3_client()))
    orders = sorted(set(itertools.permutations([0, 0, 1, 1, 2])))
    for index, order in enumerate(random.Random(5).sample(orders, 10)):
        name = f"{index}.jpg"
        put = [world.put("ann", name, b"1"), world.put("ann", name, b"2")]
        uploads = [upload_of("ann", name, record) for record in put]
        left = [iter(("thumbnail", "rest")), iter(("thumbnail", "rest"))]
        for actor in order:
            if actor == 2:
                world.deliver(cleanup, put[1], put[0])
            elif next(left[actor]) == "thumbnail":
                finish(uploads[actor], "thumbnail")
            else:
                for step in STEPS[1:]:
                    finish(uploads[actor], step)
        world.deliver(cleanup, put[0], put[1])
        world.deliver(notify, *world.receipts(name))
        image = world.image("ann", name)
        assert image is not None
        assert (image["version"], image["status"]) == (uploads[1].version, "processed"), order
        old = f"users/ann/{name}/{uploads[0].version}/"
        assert [key for key in world.outputs() if key.startswith(old)] == [], order


def test_nothing_is_left_when_an_upload_is_deleted(world: World) -> None:
    notify, cleanup = world.load("notify"), world.load("cleanup")
    finish_all(upload_of("ann", "a.jpg", world.put("ann", "a.jpg")))
    finish_all(upload_of("ann", "a.jpg/b.jpg", world.put("ann", "a.jpg/b.jpg")))
    world.deliver(notify, *world.receipts())

    assert world.deliver(cleanup, world.delete("ann", "a.jpg")) == []

    assert world.image("ann", "a.jpg") is None
    assert world.image("ann", "a.jpg/b.jpg") is not None
    assert world.outputs()
    assert all("a.jpg/b.jpg/" in key for key in world.outputs())


def test_deleted_image_stays_gone_when_its_upload_event_comes_late(world: World) -> None:
    cleanup, quota = world.load("cleanup"), world.load("quota")
    created = world.put("ann", "a.jpg")
    removed = world.delete("ann", "a.jpg")

    world.deliver(cleanup, removed, created)
    world.deliver(quota, created, removed)
    finish_all(upload_of("ann", "a.jpg", created))

    assert world.image("ann", "a.jpg") is None
    assert world.outputs() == set()


def test_image_lives_when_it_is_uploaded_again_after_a_deletion(world: World) -> None:
    cleanup = world.load("cleanup")
    world.put("ann", "a.jpg")
    removed = world.delete("ann", "a.jpg")
    again = upload_of("ann", "a.jpg", world.put("ann", "a.jpg"))

    finish_all(again)
    world.deliver(cleanup, removed)

    image = world.image("ann", "a.jpg")
    assert image is not None
    assert image["version"] == again.version
    assert len(world.outputs()) == len(STEPS)


def test_files_go_and_stay_gone_when_an_image_is_over_quota(world: World) -> None:
    notify, cleanup = world.load("notify"), world.load("cleanup")
    upload = upload_of("ann", "a.jpg", world.put("ann", "a.jpg"))
    finish_all(upload, quota=StepOutcome(StepState.OVER_QUOTA, "storage-full", "Full."))
    world.deliver(notify, *world.receipts())

    told = [json.dumps(message) for message in world.published()]

    world.deliver(cleanup, *told)
    finish(upload, "thumbnail")  # its message delivered once more

    image = world.image("ann", "a.jpg")
    assert image is not None
    assert (image["status"], image["renditions"]) == ("over_quota", {})
    assert world.outputs() == set()


def test_mail_shows_a_name_as_text_when_it_is_hostile(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    notify = world.load("notify")
    sent: list[dict[str, Any]] = []
    name = "a\u202egpj\r\nBcc: everyone@example.com\x1b[2J.jpg"
    finish_all(upload_of("ann", name, world.put("ann", name)))
    monkeypatch.setattr(
        notify.notifications._sns, "publish", lambda **request: sent.append(request)
    )

    world.deliver(notify, *world.receipts())

    [request] = sent
    text = "a gpj  Bcc: everyone@example.com [2J.jpg: Your photo is ready."
    message = json.loads(request["Message"])
    assert (message["email"], message["sms"]) == (text, text)
    assert request["Subject"] == "Your photo is ready"
