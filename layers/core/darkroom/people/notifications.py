"""Telling an owner once how a version of an image ended."""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Table, absent
from darkroom.aws.errors import ConditionFailed
from darkroom.people.once import Once
from darkroom.people.words import headline, line
from darkroom.pipeline.records import kind_in
from darkroom.pipeline.uploads import ImageVersion
from darkroom.states import Status

if TYPE_CHECKING:
    from darkroom.config import NotificationsConfig
    from darkroom.model import ImageItem, NotificationItem
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient

# A key may have these characters, and SQS keeps none of them.
_ESCAPED = {0xFFFE: r"\ufffe", 0xFFFF: r"\uffff"}


class Notifications:
    """Writes notifications for owners to read, and publishes them for subscribers."""

    def __init__(
        self,
        dynamodb: DynamoDBClient,
        sns: SNSClient,
        once: Once,
        *,
        table: str,
        topic_arn: str,
        retention_days: int,
    ) -> None:
        self._notifications: Table[NotificationItem] = Table(dynamodb, table)
        self._sns = sns
        self._once = once
        self._topic_arn = topic_arn
        self._retention_seconds = retention_days * 24 * 60 * 60

    @staticmethod
    def of(
        dynamodb: DynamoDBClient, sns: SNSClient, once: Once, config: NotificationsConfig
    ) -> Notifications:
        """The notifications that a function's environment describes."""
        return Notifications(
            dynamodb,
            sns,
            once,
            table=config.notifications_table,
            topic_arn=config.notifications_topic_arn,
            retention_days=config.notification_retention_days,
        )

    def announce(self, item: ImageItem) -> None:
        """Tell once how an image ended: in the notifications table, then on the topic.

        The table has it once whatever happens. The topic gets it again, with the same id, if the
        run dies or loses a reply between publishing it and noting that.

        Raises:
            AlreadyInProgress: another run may be in the middle of it.
        """
        end = _end_of(item)
        if "retried_at" in item:
            end += f"#{item['retried_at']}"  # its owner asked again, and is told again
        self._once.run_once(f"told#{end}", lambda: self._announce(item))

    def _announce(self, item: ImageItem) -> None:
        notification = self._notification(item)
        # An earlier attempt may have written it, and its owner may have replied since.
        with suppress(ConditionFailed):
            self._notifications.put(notification).when(absent("identity_id")).write()
        self._publish(notification)

    def _notification(self, item: ImageItem) -> NotificationItem:
        file_kind = kind_in(item)
        notification: NotificationItem = {
            "identity_id": item["identity_id"],
            "notification_id": f"{item['finished_at']}-{_short_hash(_end_of(item))}",
            "kind": item["status"],
            "file_kind": file_kind,
            "image": item["image"],
            "version": item["version"],
            "message": item.get("message") or f"{headline(item['status'], file_kind)}.",
            "sent_at": item["finished_at"],
            "expiration": int(time.time()) + self._retention_seconds,
        }
        if "reason" in item:
            notification["reason"] = item["reason"]
        return notification

    def _publish(self, notification: NotificationItem) -> None:
        sentence = line(notification)
        body = json.dumps(notification, ensure_ascii=False).translate(_ESCAPED)
        self._sns.publish(
            TopicArn=self._topic_arn,
            Subject=headline(notification["kind"], notification["file_kind"]),
            MessageStructure="json",
            Message=json.dumps({"default": body, "email": sentence, "sms": sentence}),
            MessageAttributes={
                "user": {"DataType": "String", "StringValue": notification["identity_id"]},
                "kind": {"DataType": "String", "StringValue": notification["kind"]},
            },
        )


def _end_of(item: ImageItem) -> str:
    """What tells one end of one version from every other; a retry may end the same way again."""
    return f"{item['image']}#{item['version']}#{item['status']}"


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def over_quota_image(body: str) -> ImageVersion | None:
    """The image that a published notification says is over quota; None for any other message."""
    try:
        message = json.loads(body)
    except ValueError:
        return None
    if not isinstance(message, dict) or message.get("kind") != Status.OVER_QUOTA:
        return None
    return ImageVersion(message["identity_id"], message["image"], message["version"])
