"""The operator's commands: what they find, what they send, and that nothing happens twice."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from darkroom.aws.attribute_values import to_item
from darkroom.aws.clients import dynamodb_client
from darkroom.people.newcomers import message_of
from darkroom.pipeline.versions import is_synthetic
from darkroom.repair.halt import Halt

from operations.arguments import Arguments
from operations.backfill import require_own, unprocessed
from operations.campaign import Campaign, Choose
from operations.command import CommandError
from operations.dead_letters import dead_letters
from operations.deployment import Deployment
from operations.examination import Examination, Examiner
from operations.outputs import mails_people
from operations.queues import depth, work_queues
from operations.redrive import redrive
from operations.reprocess import finished
from operations.send import send
from tests.functional.conftest import PROCESSED, UPLOADS, World
from tests.functional.pipeline import BROKEN, TEXT, Pipeline, drained, photo

FUNCTIONS = ("Thumbnail", "Quota", "Notify", "Introduce", "Delivery")
Begin = Callable[[str, Choose], Campaign]


@pytest.fixture
def deployment(pipeline: Pipeline) -> Deployment:
    """The stack of the pipeline, as an operator finds it."""
    sqs, outputs = pipeline.world.sqs, {}
    for name in FUNCTIONS:
        for kind in ("Queue", "DeadLetterQueue"):
            if (name, kind) != ("Delivery", "Queue"):
                url = sqs.create_queue(QueueName=f"{name}{kind}")["QueueUrl"]
                outputs[f"{name}{kind}Url"] = url
    topics = boto3.client("sns").list_topics()["Topics"]
    arns = {topic["TopicArn"].rsplit(":", 1)[1]: topic["TopicArn"] for topic in topics}
    outputs |= {
        "UploadsBucketName": UPLOADS,
        "ProcessedBucketName": PROCESSED,
        "UploadsTopicArn": arns["uploads"],
        "RemovalsTopicArn": arns["removals"],
    }
    outputs |= {
        f"{name}Name": name
        for name in (
            "ImagesTable", "UsageTable", "LedgerTable", "NotificationsTable", "IdempotencyTable",
        )
    }  # fmt: skip
    parameters = [{"ParameterKey": "NotificationRetentionDays", "ParameterValue": "90"}]
    stack = SimpleNamespace(describe_stacks=lambda **_: {"Stacks": [{"Parameters": parameters}]})

    def client(service: str) -> Any:
        return stack if service == "cloudformation" else boto3.client(service)  # type: ignore[call-overload]

    return Deployment("darkroom", "stack darkroom", outputs, client)


@pytest.fixture
def begin(deployment: Deployment, tmp_path: Path) -> Begin:
    """Begins a campaign, or goes on with one that was stopped."""
    return lambda command, choose: Campaign(deployment, command, "users/", choose, folder=tmp_path)


def examine(deployment: Deployment) -> Examination:
    examiner = Examiner(deployment, grace=timedelta(0))
    for _ in examiner.run():
        pass
    return examiner.result


def test_backfill_processes_what_was_lost_and_no_more_when_it_runs(
    pipeline: Pipeline, deployment: Deployment, begin: Begin
) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "known.jpg", BROKEN))
    for user in ("ann", "bob"):
        world.put(user, "lost.jpg", BROKEN)
    campaign = begin("backfill", unprocessed(deployment, 0))
    plan = campaign.plan()
    assert (plan.photos, plan.bytes) == (2, 200)
    assert pipeline.republished() == []  # a plan sends nothing

    campaign.run(plan, rate=1000)

    sent = pipeline.republished()
    assert len(sent) == 2
    pipeline.deliver(*sent)
    assert examine(deployment).findings == []
    assert begin("backfill", unprocessed(deployment, 0)).plan().photos == 0


def test_backfill_goes_on_behind_the_last_when_it_was_halted(
    pipeline: Pipeline, deployment: Deployment, begin: Begin, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        pipeline.world.put("ann" if number < 3 else "bob", f"{number}.jpg", BROKEN)
    monkeypatch.setattr("operations.campaign.BATCH", 2)
    monkeypatch.setattr("operations.campaign._LOOK_SECONDS", 0.0)
    switch = Halt(dynamodb_client(), "IdempotencyTable")
    reasons = iter([None, "too dear"])
    monkeypatch.setattr(Halt, "reason", lambda _: next(reasons))
    campaign = begin("backfill", unprocessed(deployment, 0))

    with pytest.raises(CommandError, match=r"halted \(too dear\) after 2"):
        campaign.run(campaign.plan(), rate=1000)
    monkeypatch.undo()
    assert switch.reason() is None
    assert len(pipeline.republished()) == 2
    again = begin("backfill", unprocessed(deployment, 0))
    again.run(again.plan(), rate=1000)

    assert len(pipeline.republished()) == 4
    assert again.state.published == 6


def test_every_moment_has_its_pictures_when_a_photo_is_reprocessed(
    pipeline: Pipeline, deployment: Deployment, begin: Begin
) -> None:
    world = pipeline.world
    event = world.put("ann", "a.jpg", photo())
    pipeline.deliver(event)
    usage, told = world.usage("ann"), len(world.published())
    campaign = begin("reprocess", finished(UPLOADS))
    campaign.run(campaign.plan(), rate=1000)
    sent = pipeline.republished()
    assert len(sent) == 1
    pipeline.apps["thumbnail"] = world.load("thumbnail", RENDITION_EDGES_PIXELS="480,32")

    for name in ("cleanup", "quota", "watermark", "thumbnail", "transcode", "metadata"):
        for message in (event, *sent):  # a late duplicate of the first event takes nothing away
            assert world.deliver(pipeline.apps[name], message) == []
            image = world.image("ann", "a.jpg")
            assert image is not None
            assert image["status"] == "processed"
            assert {made["key"] for made in image["renditions"].values()} <= world.outputs()
            assert "thumbnail-480-webp" in image["renditions"]
    pipeline.notify()
    image = world.image("ann", "a.jpg")

    assert image is not None
    assert is_synthetic(image["version"])
    assert all(f"/{image['version']}/" in r["key"] for r in image["renditions"].values())
    assert "thumbnail-240-webp" not in image["renditions"]  # the recipe has it no more
    assert {step["state"] for step in image["steps"].values()} <= {"done", "skipped"}
    assert world.usage("ann") == usage
    assert (len(world.notifications("ann")), len(world.published())) == (told, 0)
    assert pipeline.sweep()["Orphaned"] == 1
    assert all(f"/{image['version']}/" in key for key in world.outputs())
    assert examine(deployment).findings == []


def test_photo_is_reprocessed_once_when_a_campaign_is_run_twice(
    pipeline: Pipeline, begin: Begin
) -> None:
    pipeline.deliver(pipeline.world.put("ann", "a.jpg", BROKEN))
    campaign = begin("reprocess", finished(UPLOADS))
    campaign.run(campaign.plan(), rate=1000)
    pipeline.deliver(*pipeline.republished())
    campaign.state.last = ""  # as if it had been killed before it could note how far it was

    assert campaign.plan().photos == 0


def test_photo_s_charge_stays_its_own_when_it_is_deleted_after_reprocessing(
    pipeline: Pipeline, deployment: Deployment, begin: Begin
) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.jpg", BROKEN))
    campaign = begin("reprocess", finished(UPLOADS))
    campaign.run(campaign.plan(), rate=1000)
    pipeline.deliver(*pipeline.republished())

    pipeline.remove(world.delete("ann", "a.jpg"))

    assert world.usage("ann")["stored_bytes"] == 0
    assert world.outputs() == set()
    assert examine(deployment).findings == []


def test_nothing_is_sent_when_it_may_cost_more_than_is_allowed(
    pipeline: Pipeline, deployment: Deployment
) -> None:
    pipeline.world.put("ann", "a.jpg", BROKEN)
    with pytest.raises(CommandError, match="more than DOLLARS=0:"):
        send(deployment, Arguments({"DOLLARS": "0"}), "backfill", unprocessed(deployment, 0))
    assert pipeline.republished() == []


def test_bucket_is_refused_when_it_is_not_the_stack_s_own(deployment: Deployment) -> None:
    with pytest.raises(CommandError, match="BUCKET=holiday is not the uploads bucket of stack"):
        require_own(deployment, "holiday")
    with pytest.raises(CommandError, match=f"name the bucket to process: BUCKET={UPLOADS}"):
        require_own(deployment, "")
    require_own(deployment, UPLOADS)


def test_audit_is_content_when_everything_adds_up(
    pipeline: Pipeline, deployment: Deployment
) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.jpg", photo()), world.put("bob", "b.jpg", BROKEN))
    pipeline.deliver(world.put("bob", "c.jpg", TEXT))

    result = examine(deployment)

    assert result.findings == []
    assert (result.users, result.uploads, result.notifications) == (2, 3, 3)
    assert result.ends == {"processed": 1, "rejected": 2}
    assert result.kinds == {"picture": 2, "other": 1}
    assert result.uploaded_bytes == len(photo()) + len(BROKEN) + len(TEXT)


def test_audit_is_content_when_small_files_are_charged_more_than_they_have(
    pipeline: Pipeline, deployment: Deployment
) -> None:
    world, upload = pipeline.world, pipeline.world.put("ann", "a.jpg", BROKEN)
    world.deliver(world.load("quota", QUOTA_MINIMUM_BYTES="100000"), upload)
    pipeline.deliver(upload, world.put("ann", "b.jpg", TEXT))

    assert examine(deployment).findings == []
    assert world.usage("ann")["stored_bytes"] == 100_000 + len(TEXT)


def test_folder_is_no_upload_when_a_bucket_is_audited_or_backfilled(
    pipeline: Pipeline, deployment: Deployment, begin: Begin
) -> None:
    pipeline.world.put("ann", "album/", b"")

    result = examine(deployment)

    assert (result.findings, result.uploads, result.uploaded_bytes) == ([], 0, 0)
    assert begin("backfill", unprocessed(deployment, 0)).plan().photos == 0


def forget_notification(world: World) -> None:
    (told,) = world.notifications("ann")
    key = to_item({"identity_id": "ann", "notification_id": told["notification_id"]})
    world.dynamodb.delete_item(TableName="NotificationsTable", Key=key)


def tell_twice(world: World) -> None:
    (told,) = world.notifications("ann")
    again = to_item({**told, "notification_id": "again"})
    world.dynamodb.put_item(TableName="NotificationsTable", Item=again)


def make_own(world: World) -> None:
    key = to_item({"identity_id": "ann", "notification_id": "own"})
    world.dynamodb.put_item(TableName="NotificationsTable", Item={**key, "response": {"NS": ["1"]}})


def miscount(world: World) -> None:
    world.dynamodb.update_item(
        TableName="UsageTable",
        Key=to_item({"identity_id": "ann", "period": "total"}),
        UpdateExpression="ADD stored_bytes :one",
        ExpressionAttributeValues=to_item({":one": 1}),
    )


def mischarge(world: World) -> None:
    world.dynamodb.update_item(
        TableName="LedgerTable",
        Key=to_item({"identity_id": "ann", "image": "users/ann/a.jpg"}),
        UpdateExpression="ADD #b :one",
        ExpressionAttributeNames={"#b": "bytes"},
        ExpressionAttributeValues=to_item({":one": 1}),
    )
    miscount(world)


def leave_file(world: World) -> None:
    world.s3.put_object(Bucket=PROCESSED, Key="users/eve/x.jpg/0001/thumbnail-240.jpg", Body=b"x")


def lose_upload(world: World) -> None:
    world.put("ann", "lost.jpg", BROKEN)


def lose_deletion(world: World) -> None:
    world.delete("ann", "a.jpg")


def kill(world: World) -> None:
    url = world.sqs.get_queue_url(QueueName="ThumbnailDeadLetterQueue")["QueueUrl"]
    world.sqs.send_message(QueueUrl=url, MessageBody="{}")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (forget_notification, "was not notified that it is rejected"),
        (make_own, "ann: the notification own is none that a function wrote"),
        (tell_twice, "was notified 2 times that it is rejected"),
        (miscount, "counters differ from the ledger: stored_bytes +1"),
        (mischarge, f"users/ann/a.jpg: was charged {len(BROKEN) + 1} bytes and has {len(BROKEN)}"),
        (leave_file, "users/eve/x.jpg: is gone from the uploads bucket"),
        (lose_upload, "no function has opened a record for it"),
        (lose_deletion, "is gone from the uploads bucket, but not its record (rejected, "),
        (kill, "1 dead letters of thumbnail"),
    ],
)
def test_audit_says_what_is_wrong_when_something_is(
    pipeline: Pipeline, deployment: Deployment, fault: Callable[[World], None], words: str
) -> None:
    pipeline.deliver(pipeline.world.put("ann", "a.jpg", BROKEN))

    fault(pipeline.world)

    assert any(words in finding for finding in examine(deployment).findings)


@pytest.mark.parametrize("odd", [{"NS": ["1"]}, {"NULL": True}, {"S": "x" * 390_000}])
def test_audit_is_content_when_somebody_wrote_something_odd_about_a_notification(
    pipeline: Pipeline, deployment: Deployment, odd: dict[str, Any]
) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.jpg", BROKEN), world.put("bob", "b.jpg", BROKEN))
    (told,) = world.notifications("ann")
    world.dynamodb.update_item(
        TableName="NotificationsTable",
        Key=to_item({"identity_id": "ann", "notification_id": told["notification_id"]}),
        UpdateExpression="SET seen_at = :odd",
        ExpressionAttributeValues={":odd": odd},
    )

    result = examine(deployment)

    assert (result.users, result.notifications, result.findings) == (2, 2, [])


def test_one_dead_letter_goes_back_when_its_key_is_named(
    pipeline: Pipeline, deployment: Deployment
) -> None:
    world = pipeline.world
    events = [world.put("ann", f"{name}.jpg", BROKEN) for name in ("a", "b")]
    (queue,) = work_queues(deployment, "thumbnail")
    for event in events:
        world.sqs.send_message(QueueUrl=queue.dead_letters_url, MessageBody=_body(event))

    result = redrive(deployment, queue, "users/ann/b.jpg")

    assert (result.found, result.moved) == (1, 1)
    assert depth(deployment, queue.url) == 1
    (left,) = dead_letters(deployment, queue)  # visible again at once, although it was looked at
    assert left.image == "users/ann/a.jpg"
    assert left.user == "ann"


def test_undelivered_event_is_published_again_when_it_is_redriven(
    pipeline: Pipeline, deployment: Deployment
) -> None:
    world = pipeline.world
    (queue,) = work_queues(deployment, "delivery")
    for event in (world.put("ann", "a.jpg"), world.delete("ann", "a.jpg")):
        world.sqs.send_message(QueueUrl=queue.dead_letters_url, MessageBody=_body(event))

    assert redrive(deployment, queue).moved == 2

    assert len(pipeline.republished("uploads")) == len(pipeline.republished("removals")) == 1
    assert depth(deployment, queue.dead_letters_url) == 0


def test_login_that_was_not_introduced_goes_back_to_introduce_when_it_is_redriven(
    pipeline: Pipeline, deployment: Deployment
) -> None:
    login = message_of(subject="7b1d3c5e", user="ann")
    (introduce,), (delivery,) = (work_queues(deployment, f) for f in ("introduce", "delivery"))
    for queue in (introduce, delivery):
        pipeline.world.sqs.send_message(QueueUrl=queue.dead_letters_url, MessageBody=login)
    (letter,) = dead_letters(deployment, introduce)
    assert (letter.image, letter.reason) == ("", "killed, or never run")

    assert redrive(deployment, delivery).moved == 1

    assert drained(introduce.url) == [login]
    assert depth(deployment, delivery.dead_letters_url) == 0


def _body(record: dict[str, Any]) -> str:
    return json.dumps({"Records": [record]})


def test_people_are_mailed_as_soon_as_anything_is_subscribed_to_what_is_said_to_them(
    deployment: Deployment,
) -> None:
    sns = deployment.client("sns")
    topic = sns.create_topic(Name="messages")["TopicArn"]
    stack = Deployment(
        deployment.stack,
        deployment.where,
        {**deployment.outputs, "MessagesTopicArn": topic},
        deployment.make_client,
    )
    assert not mails_people(stack)

    mailer = deployment.client("sqs").create_queue(QueueName="mailer")["QueueUrl"]
    arn = deployment.client("sqs").get_queue_attributes(
        QueueUrl=mailer, AttributeNames=["QueueArn"]
    )["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    assert mails_people(stack)
