"""Notify: when every step of an image is finished, record how it ended and tell its owner once."""

from __future__ import annotations

from typing import Any, get_args

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import (
    IdempotencyAlreadyInProgressError,
)
from darkroom.aws import ObjectMissing, dynamodb_client, s3_client, sns_client
from darkroom.config import NotifyConfig, StepName, load
from darkroom.events import ObjectEvent, object_events
from darkroom.failures import Failures
from darkroom.notifications import Notifications, conclude, verdict
from darkroom.observability import logger
from darkroom.processed import ProcessedBucket, receipt_filename
from darkroom.records import ImageRecords, Superseded
from darkroom.removals import MARK_SECONDS
from darkroom.uploads import Upload
from darkroom.worker import sqs_handler

config = load(NotifyConfig)
dynamodb, s3 = dynamodb_client(), s3_client()
records = ImageRecords(
    dynamodb,
    images_table=config.images_table,
    idempotency_table=config.idempotency_table,
    steps=(),  # notify joins what others opened
)
notifications = Notifications(
    dynamodb,
    sns_client(),
    table=config.notifications_table,
    topic_arn=config.notifications_topic_arn,
    retention_days=config.notification_retention_days,
)
RECEIPTS = frozenset(receipt_filename(step) for step in get_args(StepName))
once = IdempotencyConfig(expires_after_seconds=MARK_SECONDS)
seen = DynamoDBPersistenceLayer(table_name=config.idempotency_table, boto3_client=dynamodb)


@idempotent_function(  # type: ignore[untyped-decorator]  # Powertools leaves it untyped
    data_keyword_argument="version_of", config=once, persistence_store=seen
)
def announce(*, version_of: dict[str, str], item: dict[str, Any]) -> str:
    return notifications.announce(item)


def process(event: ObjectEvent) -> None:
    if event.key.rpartition("/")[2] not in RECEIPTS:
        return  # another JSON file, as the metadata document
    try:
        receipt = ProcessedBucket(s3, event.bucket).read_receipt(event.key)
    except ObjectMissing:
        return  # cleaned up, with the image it belonged to
    upload = Upload(receipt["identity_id"], receipt["image"], receipt["version"])
    item = records.read(upload)
    end = verdict(item["steps"]) if item and item["version"] == upload.version else None
    if end is None:
        return  # overwritten or deleted, or a later receipt will complete it
    try:
        concluded = conclude(records, upload, end)
        announce(version_of={"image": upload.key, "version": upload.version}, item=concluded)
    except Superseded:
        return
    except IdempotencyAlreadyInProgressError:
        # Another receipt's invocation is at it; if that one fails, its own message comes again.
        logger.info("already being announced")


def process_message(body: str) -> None:
    for event in object_events(body):
        process(event)


handler = sqs_handler(
    process_message,
    Failures(dynamodb, config.idempotency_table),
    prepare=once.register_lambda_context,
)
