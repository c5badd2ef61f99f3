"""All functions of a stack around one world, and the topics that events are republished to."""

from __future__ import annotations

import io
import os
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from darkroom.aws.clients import dynamodb_client, s3_client, sns_client
from darkroom.aws.cognito import Accounts
from darkroom.config import ReconcileConfig, load
from darkroom.pipeline.receipts import Receipts
from darkroom.repair.halt import Halt
from darkroom.repair.reconcile.sweep import sweep_of
from PIL import Image

from local.template import steps, steps_of

if TYPE_CHECKING:
    from tests.functional.conftest import World

FLOW = ",".join(f"{step}:{kind}" for step, kind in steps().items())
STEPS = tuple(steps_of("picture"))
EVERY_STEP = tuple(steps())
TEXT = b"Dear diary, this is not a picture."


def broken(size: int = 100) -> bytes:
    """A picture by its first bytes, but none that can be decoded: rejected, in no time."""
    return b"\xff\xd8\xff".ljust(size, b"x")


BROKEN = broken()


def receipts() -> Receipts:
    """The topic of receipts."""
    return Receipts(sns_client, topic=os.environ["PROCESSED_TOPIC_ARN"])


class UserPool(Accounts):
    """A user pool without AWS: moto's needs a package more. e2e/test_identity.py has a real one."""

    def __init__(self) -> None:
        self.deleted: set[str] = set()

    def has(self, user: str) -> bool:
        return user not in self.deleted


@dataclass
class Pipeline:
    """The functions of a stack, and the topics that reconcile publishes to."""

    world: World
    apps: dict[str, Any]
    queues: dict[str, str]
    accounts: UserPool = field(default_factory=UserPool)

    def deliver(self, *messages: Any, without: str = "") -> None:
        """Bring uploads' events to every function but one, then their receipts to notify."""
        for name in (*EVERY_STEP, "cleanup"):
            if name != without:
                assert self.world.deliver(self.apps[name], *messages) == []
        self.notify()

    def remove(self, *messages: Any, without: str = "") -> None:
        for name in ("quota", "cleanup"):
            if name != without:
                assert self.world.deliver(self.apps[name], *messages) == []

    def notify(self) -> None:
        receipts = self.world.receipts()
        if receipts:
            assert self.world.deliver(self.apps["notify"], *receipts) == []

    def sweep(self, *, grace: timedelta = timedelta(0), at_most: int = 1000) -> dict[str, int]:
        """One run of reconcile, by default of whatever age the uploads are."""
        dynamodb = dynamodb_client()
        sweep = sweep_of(
            load(ReconcileConfig),
            s3=s3_client(),
            dynamodb=dynamodb,
            sns=sns_client(),
            accounts=self.accounts,
            halt=Halt(dynamodb, "IdempotencyTable"),
            grace=grace,
        )
        return sweep.run("run", at_most=at_most, seconds=60, time_is_up=lambda: False)

    def republished(self, topic: str = "uploads") -> list[str]:
        """The messages that reached a topic since the last call."""
        return drained(self.queues[topic])

    def heal(self) -> dict[str, int]:
        """A sweep, and the functions' work on what it published."""
        found = self.sweep()
        if created := self.republished("uploads"):
            self.deliver(*created)
        if removed := self.republished("removals"):
            self.remove(*removed)
        return found


@pytest.fixture
def pipeline(world: World, monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    queues = {}
    for name in ("uploads", "removals"):
        arn, queues[name] = subscribed(name)
        monkeypatch.setenv(f"{name.upper()}_TOPIC_ARN", arn)
    for name, value in {
        "USER_POOL_ID": "eu-central-1_people",
        "UPLOADS_BUCKET": "uploads",
        "RECONCILE_GRACE_SECONDS": "3600",
        "RECONCILE_MAX_IMAGES": "1000",
    }.items():
        monkeypatch.setenv(name, value)
    apps = {name: world.load(name) for name in (*EVERY_STEP, "cleanup", "notify")}
    return Pipeline(world, apps, queues)


def subscribed(name: str, **filters: str) -> tuple[str, str]:
    """The ARN of a topic, and the URL of a new queue that gets what is published to it.

    `filters` are attributes of the subscription.
    """
    arn, sqs = topic(name), boto3.client("sqs")
    url = sqs.create_queue(QueueName=f"{name}-{secrets.token_hex(4)}")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    boto3.client("sns").subscribe(
        TopicArn=arn,
        Protocol="sqs",
        Endpoint=attributes["QueueArn"],
        Attributes={"RawMessageDelivery": "true", **filters},
    )
    return arn, url


def received(url: str) -> list[dict[str, Any]]:
    """The messages of a queue with all that SQS says of each; the queue is empty then."""
    sqs, found = boto3.client("sqs"), []
    while messages := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"]
    ).get("Messages"):
        for message in messages:
            found.append({**message})
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def drained(url: str) -> list[str]:
    """The bodies of a queue's messages, which is empty then."""
    return [message["Body"] for message in received(url)]


def topic(name: str) -> str:
    """The ARN of a topic that is there, or is made."""
    return str(boto3.client("sns").create_topic(Name=name)["TopicArn"])


def photo(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "JPEG")
    return out.getvalue()
