"""Retry: process a photo again when its owner replies to a notification with `retry`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from darkroom.aws.attribute_values import from_item
from darkroom.aws.clients import dynamodb_client, s3_client, sns_client
from darkroom.config import RetryConfig, load
from darkroom.observability import logger
from darkroom.people.notifications import Notifications
from darkroom.people.once import Once
from darkroom.pipeline.records import ImageRecords
from darkroom.pipeline.uploads import ImageVersion
from darkroom.pipeline.worker import stream_handler
from darkroom.quota.ledger import Ledger
from darkroom.quota.over_quota_tags import OverQuotaTags
from darkroom.repair.retry import Retrying
from darkroom.states import Response

config = load(RetryConfig)
dynamodb, s3, sns = dynamodb_client(), s3_client(), sns_client()
records = ImageRecords.of(dynamodb, config)
ledger = Ledger.of(dynamodb, config)
once = Once(dynamodb, config.idempotency_table)
notifications = Notifications.of(dynamodb, sns, once, config)
retrying = Retrying(
    records, ledger, OverQuotaTags(s3, ledger), notifications, s3, sns,
    uploads_bucket=config.uploads_bucket, uploads_topic_arn=config.uploads_topic_arn,
    grace_days=config.over_quota_grace_days,
)  # fmt: skip


def process(change: dict[str, Any]) -> None:
    before, now = from_item(change.get("OldImage", {})), from_item(change["NewImage"])
    if now.get("response") != Response.RETRY or _reply(now) == _reply(before):
        return  # another reply, or something else of the notification changed
    asked_at = datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC)
    image = ImageVersion(now["identity_id"], now["image"], now["version"])
    outcome = retrying.retry(image, asked_at)
    logger.info("owner asked to retry", extra={"image": image.key, "outcome": outcome})


def _reply(notification: dict[str, Any]) -> tuple[Any, Any]:
    return notification.get("response"), notification.get("responded_at")


handler = stream_handler(process, prepare=once.begin)
