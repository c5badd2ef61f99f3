"""The join of a version's steps, and telling its owner once."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from darkroom.aws import ConditionFailed, aws_errors, to_item
from darkroom.records import (
    DONE,
    OVER_QUOTA,
    PENDING,
    REJECTED,
    SKIPPED,
    ImageRecords,
    timestamp,
)
from darkroom.uploads import Upload

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient

PROCESSED = "processed"


@dataclass(frozen=True)
class Verdict:
    """How a version as a whole ended: processed, rejected or over_quota, and why."""

    status: str
    reason: str | None = None
    message: str | None = None


def verdict(steps: Mapping[str, Mapping[str, Any]]) -> Verdict | None:
    """What the steps add up to; None while one of them is not finished.

    A file that is no image is rejected even if it would be over quota too.
    """
    if any(step["state"] == PENDING for step in steps.values()):
        return None
    for status in (REJECTED, OVER_QUOTA):
        for step in steps.values():
            if step["state"] == status:
                return Verdict(status, step.get("reason"), step.get("message"))
    if all(step["state"] in (DONE, SKIPPED) for step in steps.values()):
        return Verdict(PROCESSED)
    raise ValueError(f"a step is in a state that nothing writes: {dict(steps)}")


def conclude(records: ImageRecords, upload: Upload, end: Verdict) -> dict[str, Any]:
    """Write how a version ended into its item; the new item. The first end's time stays.

    Raises:
        Superseded: the item is of another version, or gone.
    """
    change = "SET #status = :status, finished_at = if_not_exists(finished_at, :now)"
    names = {"#version": "version", "#status": "status"}
    values: dict[str, Any] = {
        ":version": upload.version,
        ":status": end.status,
        ":now": timestamp(),
    }
    if end.reason:
        change += ", reason = :reason, message = :message"
        values |= {":reason": end.reason, ":message": end.message}
    if end.status == OVER_QUOTA:
        change += ", renditions = :none"  # the files themselves are cleanup's to take
        values[":none"] = {}
    return records.update(upload, change, names=names, values=values)


class Notifications:
    """Writes notifications for owners to read, and publishes them for subscribers."""

    def __init__(
        self,
        dynamodb: DynamoDBClient,
        sns: SNSClient,
        *,
        table: str,
        topic_arn: str,
        retention_days: int,
    ) -> None:
        self._dynamodb = dynamodb
        self._sns = sns
        self._table = table
        self._topic_arn = topic_arn
        self._retention_seconds = retention_days * 24 * 60 * 60

    def announce(self, item: Mapping[str, Any]) -> str:
        """Tell how an image ended: in the notifications table, then on the topic; the id.

        Safe to repeat for the table, whose item keeps what its owner answered; the topic gets it
        again. That the topic gets it once is up to the caller.
        """
        notification = self._notification(item)
        try:
            with aws_errors():
                self._dynamodb.put_item(
                    TableName=self._table,
                    Item=to_item(notification),
                    ConditionExpression="attribute_not_exists(identity_id)",
                )
        except ConditionFailed:
            pass  # an earlier attempt wrote it
        self._publish(notification)
        return str(notification["notification_id"])

    def _notification(self, item: Mapping[str, Any]) -> dict[str, Any]:
        subject = f"{item['image']}#{item['version']}"
        values = {
            "identity_id": item["identity_id"],
            "notification_id": f"{item['finished_at']}-{_short_hash(subject)}",
            "kind": item["status"],
            "image": item["image"],
            "version": item["version"],
            "reason": item.get("reason"),
            "message": item.get("message") or _READY,
            "sent_at": item["finished_at"],
            "expiration": int(time.time()) + self._retention_seconds,
        }
        return {name: value for name, value in values.items() if value is not None}

    def _publish(self, notification: Mapping[str, Any]) -> None:
        name = notification["image"].rpartition("/")[2]
        sentence = f"{name}: {notification['message']}"
        body = json.dumps(notification, ensure_ascii=False)
        with aws_errors():
            self._sns.publish(
                TopicArn=self._topic_arn,
                Subject=_SUBJECTS[notification["kind"]],
                MessageStructure="json",
                Message=json.dumps({"default": body, "email": sentence, "sms": sentence}),
                MessageAttributes={
                    "user": {"DataType": "String", "StringValue": notification["identity_id"]},
                    "kind": {"DataType": "String", "StringValue": notification["kind"]},
                },
            )


_READY = "Your photo is ready."
_SUBJECTS = {
    PROCESSED: "Your photo is ready",
    REJECTED: "Your photo could not be processed",
    OVER_QUOTA: "Your photo is over your quota",
}


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def over_quota_upload(body: str) -> Upload | None:
    """The upload that a published notification says is over quota; None for any other message."""
    try:
        message = json.loads(body)
    except ValueError:
        return None
    if not isinstance(message, dict) or message.get("kind") != OVER_QUOTA:
        return None
    return Upload(message["identity_id"], message["image"], message["version"])
