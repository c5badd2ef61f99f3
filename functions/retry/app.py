"""Retry: process a photo again when its owner answers a notification with `retry`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from darkroom.aws.clients import dynamodb_client, from_item, s3_client, sns_client
from darkroom.config import RetryConfig, load
from darkroom.observability import logger
from darkroom.people.notifications import Notifications
from darkroom.people.once import Once
from darkroom.pipeline.records import ImageRecords
from darkroom.pipeline.uploads import ImageVersion
from darkroom.pipeline.worker import event_handler
from darkroom.quota.ledger import Ledger
from darkroom.quota.over_quota_tags import Holds
from darkroom.repair.retry import Retrying

config = load(RetryConfig)
dynamodb, s3, sns = dynamodb_client(), s3_client(), sns_client()
records = ImageRecords.of(dynamodb, config)
ledger = Ledger.of(dynamodb, config)
once = Once(dynamodb, config.idempotency_table)
notifications = Notifications.of(dynamodb, sns, once, config)
retrying = Retrying(
    records, ledger, Holds(s3, ledger), notifications, s3, sns,
    uploads_bucket=config.uploads_bucket, uploads_topic_arn=config.uploads_topic_arn,
)  # fmt: skip


def answer(event: dict[str, Any]) -> None:
    for change in (record["dynamodb"] for record in event["Records"]):
        was, told = from_item(change.get("OldImage", {})), from_item(change["NewImage"])
        if told.get("response") != "retry" or was.get("response") == "retry":
            continue  # answered otherwise, or something else changed
        asked_at = datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC)
        image = ImageVersion(told["identity_id"], told["image"], told["version"])
        outcome = retrying.retry(image, asked_at)
        logger.info("asked to retry", extra={"image": image.key, "outcome": outcome})


handler = event_handler(answer, prepare=once.begin)
