"""The real handlers against moto: tables as the template declares them, events as S3 does."""

from __future__ import annotations

import functools
import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Final
from urllib.parse import quote_plus

import boto3
import pytest
from botocore.session import Session
from darkroom.aws.attribute_values import from_item, to_item
from moto import mock_aws
from moto.backends import get_backend
from moto.core.base_backend import BaseBackend
from moto.s3.exceptions import MissingKey
from moto.s3.models import S3Backend

from local.template import of_type
from tests.functional import short_ways
from tests.functional.opensearch import node
from tests.functional.pipeline import BROKEN, FLOW, STEPS, drained, pipeline, subscribed, topic
from tests.functional.wire import Wire
from tests.functions import load_module

__all__ = ["STEPS", "node", "pipeline"]  # two are fixtures

ROOT = Path(__file__).parents[2]
REGION: Final = "eu-central-1"
ACCOUNT = "123456789012"
UPLOADS, PROCESSED = "uploads", "processed"

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": REGION,
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "POWERTOOLS_METRICS_NAMESPACE": "Darkroom",
    "POWERTOOLS_SERVICE_NAME": "test",
    "IMAGES_TABLE": "ImagesTable",
    "USAGE_TABLE": "UsageTable",
    "LEDGER_TABLE": "LedgerTable",
    "NOTIFICATIONS_TABLE": "NotificationsTable",
    "IDEMPOTENCY_TABLE": "IdempotencyTable",
    "PEOPLE_TABLE": "PeopleTable",
    "ANSWERS_TABLE": "AnswersTable",
    "ALBUMS_TABLE": "AlbumsTable",
    "UPLOADS_BUCKET": UPLOADS,
    "BIN_DAYS": "30",
    "PROCESSED_BUCKET": PROCESSED,
    "STEPS": FLOW,
    "KEEP_OTHER_FILES": "false",
    "SMALL_ACCOUNT": "false",
    "MAX_TABLE_BYTES": "10000000",
    "MAX_VIDEO_BYTES": "10000000",
    "MAX_VIDEO_SECONDS": "600",
    "VIDEO_EDGE_PIXELS": "120",
    "VIDEO_WATERMARK": "false",
    "QUEUE_URL": f"https://sqs.{REGION}.amazonaws.com/123456789012/queue",
    "MAX_UPLOAD_BYTES": "50000000",
    "MAX_JPEG_PIXELS": "200000000",
    "MAX_PIXELS": "50000000",
    "MAX_FRAMES": "5000",
    "MAX_TOTAL_FRAME_PIXELS": "1000000000",
    "MAX_EDGE_PIXELS": "65500",
    "MAX_DECODING_BYTES": "500000000",
    "RENDITION_EDGES_PIXELS": "1920,960,480,240",
    "RENDITION_FORMATS": "jpeg,webp",
    "JPEG_QUALITY": "80",
    "WEBP_QUALITY": "80",
    "RECIPES": "",
    "WATERMARK_TEXT": "© Darkroom",
    "WATERMARK_IMAGE_KEY": "",
    "WATERMARK_POSITION": "bottom-right",
    "WATERMARK_OPACITY_PERCENT": "60",
    "WATERMARK_SIZE_PERCENT": "5",
    "WATERMARK_EDGE_PIXELS": "1920",
    "WEB_FORMAT": "webp",
    "WEB_QUALITY": "80",
    "QUOTA_MODE": "track",
    "QUOTA_PERIOD": "month",
    "QUOTA_STORED_BYTES": "1000",
    "QUOTA_UPLOADED_BYTES": "1000000",
    "QUOTA_UPLOADED_OBJECTS": "1000",
    "QUOTA_MINIMUM_BYTES": "0",
    "QUOTA_FIRST_BYTES": "1000000000",
    "OVER_QUOTA_GRACE_DAYS": "14",
    "NOTIFICATION_RETENTION_DAYS": "90",
}
for _name in ("AWS_PROFILE", "AWS_ENDPOINT_URL"):
    ENVIRONMENT.pop(_name, None)


@dataclass
class World:
    """What the tests act on: users who put and delete, a message bus that does as it is told."""

    monkeypatch: pytest.MonkeyPatch
    s3: Any
    dynamodb: Any
    sqs: Any
    published_queue: str
    receipts_queue: str
    wire: Wire
    _sequence: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _receipts: list[str] = field(default_factory=list)

    def put(self, user: str, name: str, data: bytes = BROKEN) -> dict[str, Any]:
        """Store an upload; the S3 event record that it causes."""
        key = f"users/{user}/{name}"
        etag = self.s3.put_object(Bucket=UPLOADS, Key=key, Body=data)["ETag"].strip('"')
        return self.record("ObjectCreated:Put", key, {"size": len(data), "eTag": etag})

    def delete(self, user: str, name: str) -> dict[str, Any]:
        """Delete an upload; the S3 event record that it causes."""
        key = f"users/{user}/{name}"
        self.s3.delete_object(Bucket=UPLOADS, Key=key)
        return self.record("ObjectRemoved:Delete", key, {})

    def record(self, name: str, key: str, stored: dict[str, Any]) -> dict[str, Any]:
        """An S3 event record, younger than every other."""
        return {
            "eventVersion": "2.6",
            "eventSource": "aws:s3",
            "awsRegion": REGION,
            "eventTime": "2026-11-24T08:30:00.000Z",
            "eventName": name,
            "s3": {
                "bucket": {"name": UPLOADS},
                "object": {
                    "key": quote_plus(key, safe="/"),
                    "sequencer": f"0066{next(self._sequence):014X}",
                    **stored,
                },
            },
        }

    def load(self, function: str, **environment: str) -> ModuleType:
        """The function's module as a cold start loads it."""
        for name, value in environment.items():
            self.monkeypatch.setenv(name, value)
        return load_module(function)

    def deliver(self, app: ModuleType, *messages: Any) -> list[int]:
        """Call the handler with a batch; the indices of the messages it reported as failed.

        A message is a list of S3 records, one S3 record, or a body as it is.
        """
        records = [
            {
                "messageId": str(index),
                "receiptHandle": "r",
                "body": _body(message),
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:queue",
                "awsRegion": REGION,
            }
            for index, message in enumerate(messages)
        ]
        answer = app.handler({"Records": records}, lambda_context())
        return [int(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]

    def invoke(self, app: ModuleType) -> None:
        """Call a handler as its schedule does."""
        app.handler({"source": "aws.events"}, lambda_context())

    def tags(self, user: str, name: str) -> list[dict[str, str]]:
        """The tags of an upload."""
        answer = self.s3.get_object_tagging(Bucket=UPLOADS, Key=f"users/{user}/{name}")
        tags: list[dict[str, str]] = answer["TagSet"]
        return tags

    def item(self, table: str, **key: str) -> dict[str, Any] | None:
        answer = self.dynamodb.get_item(
            TableName=table, Key={name: {"S": value} for name, value in key.items()}
        )
        return from_item(answer["Item"]) if "Item" in answer else None

    def image(self, user: str, name: str) -> dict[str, Any] | None:
        return self.item("ImagesTable", identity_id=user, image=f"users/{user}/{name}")

    def ledger(self, user: str, name: str) -> dict[str, Any] | None:
        return self.item("LedgerTable", identity_id=user, image=f"users/{user}/{name}")

    def usage(self, user: str, period: str = "total") -> dict[str, Any]:
        found = self.item("UsageTable", identity_id=user, period=period) or {}
        return {k: int(v) for k, v in found.items() if k not in ("identity_id", "period")}

    def set_usage(self, user: str, period: str, **counters: int) -> None:
        """Let a user's row of a period, or of "total", say this and nothing else."""
        key = {"identity_id": user, "period": period}
        self.dynamodb.put_item(TableName="UsageTable", Item=to_item(key | counters))

    def outputs(self) -> set[str]:
        """The keys in the processed bucket."""
        listed = self.s3.list_objects_v2(Bucket=PROCESSED).get("Contents", [])
        return {entry["Key"] for entry in listed}

    def receipts(self, name: str = "") -> list[str]:
        """The messages with receipts that steps have sent until now, or with those of one upload.

        They stay: like any message they may come more than once.
        """
        self._receipts += drained(self.receipts_queue)
        return [body for body in self._receipts if f"/{name}" in json.loads(body)["image"]]

    def notifications(self, user: str) -> list[dict[str, Any]]:
        answer = self.dynamodb.query(
            TableName="NotificationsTable",
            KeyConditionExpression="identity_id = :u",
            ExpressionAttributeValues={":u": {"S": user}},
        )
        return [from_item(item) for item in answer["Items"]]

    def published(self) -> list[dict[str, Any]]:
        """What reached a subscriber of the notifications topic since the last call."""
        return [json.loads(body) for body in drained(self.published_queue)]


def version(record: dict[str, Any]) -> str:
    return str(record["s3"]["object"]["sequencer"]).rstrip("0")


def lambda_context() -> Any:
    return SimpleNamespace(
        function_name="test",
        memory_limit_in_mb=128,
        invoked_function_arn=f"arn:aws:lambda:{REGION}:123456789012:function:test",
        aws_request_id="request",
        get_remaining_time_in_millis=lambda: 30_000,
    )


def _body(message: Any) -> str:
    if isinstance(message, str):
        return message
    return json.dumps({"Records": message if isinstance(message, list) else [message]})


@pytest.fixture(scope="session", autouse=True)
def clients_made_once() -> Iterator[None]:
    """Let all tests share clients, and what these read from disk: half of these tests' time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Session, "create_client", functools.cache(Session.create_client))
        yield


@pytest.fixture(scope="session")
def tables() -> dict[str, Any]:
    """The properties of every table that the template declares, by logical id."""
    return of_type("AWS::DynamoDB::Table")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tables: dict[str, Any]) -> Iterator[World]:
    with simulated(monkeypatch, tables) as made:
        yield made


@pytest.fixture
def accept(world: World) -> ModuleType:
    return world.load("accept")


@contextmanager
def simulated(monkeypatch: pytest.MonkeyPatch, tables: dict[str, Any]) -> Iterator[World]:
    """AWS in memory, with everything in it that the functions use."""
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    # moto looks for the tags of an object without looking for the object.
    untag = S3Backend.delete_object_tagging

    def delete_object_tagging(self: S3Backend, bucket: str, key: str, **options: Any) -> None:
        if self.get_object(bucket, key) is None:
            raise MissingKey(key=key)
        untag(self, bucket, key, **options)

    monkeypatch.setattr(S3Backend, "delete_object_tagging", delete_object_tagging)
    short_ways.take(monkeypatch)
    wire = Wire()
    with mock_aws():
        wire.attach()
        _furnish(tables)
        for name in ("notifications", "processed", "logins"):
            monkeypatch.setenv(
                f"{name.upper()}_TOPIC_ARN", f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"
            )
        s3, dynamodb, sqs = boto3.client("s3"), boto3.client("dynamodb"), boto3.client("sqs")
        published, receipts = (sqs.create_queue(QueueName=name)["QueueUrl"] for name in _queues)
        yield World(monkeypatch, s3, dynamodb, sqs, published, receipts, wire)


# What moto's services hold once they are furnished.
_furniture: list[tuple[BaseBackend, dict[str, Any]]] = []
_queues: list[str] = []  # which hear of the topics of notifications and of receipts


def _furnish(tables: dict[str, Any]) -> None:
    """Make the buckets, tables and topics that every test finds.

    Requests do so for the first test of a process. For all others it is a copy of what these have
    made: setting up takes a quarter of the time then, which is most of a short test's.
    """
    backends: list[BaseBackend] = [
        get_backend("s3")[ACCOUNT]["aws"],
        get_backend("dynamodb")[ACCOUNT][REGION],
        get_backend("sns")[ACCOUNT][REGION],
    ]
    if not _furniture:
        for bucket in (UPLOADS, PROCESSED):
            boto3.client("s3").create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
            )
        for name, properties in tables.items():
            create_table(boto3.client("dynamodb"), name, properties)
        urls = [subscribed(name)[1] for name in ("notifications", "processed")]
        _queues.extend(url.rpartition("/")[2] for url in urls)
        topic("logins")
        _furniture.extend((each, deepcopy(vars(each), {id(each): each})) for each in backends)
    for backend, (first, held) in zip(backends, _furniture, strict=True):
        vars(backend).update(deepcopy(held, {id(first): backend}))  # topics know their service


def create_table(dynamodb: Any, name: str, properties: dict[str, Any]) -> None:
    """Make a table as a template declares it."""
    wanted = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")
    dynamodb.create_table(
        TableName=name, **{key: properties[key] for key in wanted if key in properties}
    )
