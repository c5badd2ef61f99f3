"""The join of a version's steps, and telling its owner once."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from darkroom.aws.clients import ConditionFailed, aws_errors, to_item
from darkroom.errors import TransientError
from darkroom.people.once import Once
from darkroom.pipeline.records import (
    DONE,
    FAILED,
    OVER_QUOTA,
    PENDING,
    REJECTED,
    SKIPPED,
    ImageRecords,
    Superseded,
    timestamp,
)
from darkroom.pipeline.uploads import Upload

if TYPE_CHECKING:
    from darkroom.config import NotificationsConfig
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_sns import SNSClient

PROCESSED = "processed"
_RACES = 5


@dataclass(frozen=True)
class Verdict:
    """How a version as a whole ended: processed, rejected, over_quota or failed, and why."""

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


Judge = Callable[[Mapping[str, Any]], Verdict | None]


def judge_by_steps(item: Mapping[str, Any]) -> Verdict | None:
    """How an image ends by its steps alone."""
    return verdict(item["steps"])


def conclude(records: ImageRecords, upload: Upload, judge: Judge) -> dict[str, Any] | None:
    """Write how a version ended into its item; the new item, or the old one if it says so already.

    None where there is nothing to conclude: `judge` does not find an end, or the item is of another
    version or gone. The end is written to the very item that was judged: if a step or the status
    has changed meanwhile, it is judged again.

    Of an image that was processed once more, renditions that no step has made anew go.

    Raises:
        TransientError: the item changed each time.
    """
    for _ in range(_RACES):
        found = records.read(upload)
        if found is None or found["version"] != upload.version:
            return None
        end = judge(found)
        if end is None:
            return None
        if found["status"] == end.status and not outdated_renditions(found):
            return found
        try:
            return _write_end(records, upload, found, end)
        except Superseded:
            continue
    raise TransientError(f"The item of {upload.key} changes all the time.")


def _write_end(
    records: ImageRecords, upload: Upload, found: Mapping[str, Any], end: Verdict
) -> dict[str, Any]:
    changes = ["#status = :status", "finished_at = :now"]
    values: dict[str, Any] = {
        ":version": upload.version,
        ":was": found["status"],
        ":steps": found["steps"],
        ":status": end.status,
        ":now": timestamp(),
    }
    if end.reason:
        changes += ["reason = :reason", "message = :message"]
        values |= {":reason": end.reason, ":message": end.message}
    removed = [] if end.reason else ["reason", "message"]  # of an earlier end
    names = {"#version": "version", "#status": "status", "#steps": "steps"}
    if end.status == OVER_QUOTA:
        changes.append("renditions = :none")  # the files themselves are cleanup's to take
        values[":none"] = {}
    elif outdated := outdated_renditions(found):
        names |= {"#renditions": "renditions"} | {f"#o{i}": n for i, n in enumerate(outdated)}
        removed += [f"#renditions.#o{index}" for index in range(len(outdated))]
    change = f"SET {', '.join(changes)}" + (f" REMOVE {', '.join(removed)}" if removed else "")
    return records.update(
        upload, change, only_if="#status = :was AND #steps = :steps", names=names, values=values
    )


def outdated_renditions(item: Mapping[str, Any]) -> list[str]:
    """The renditions of an item that are of another version than its own."""
    made = f"/{item['version']}/"
    return [name for name, found in item["renditions"].items() if made not in found["key"]]


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
        self._dynamodb = dynamodb
        self._sns = sns
        self._once = once
        self._table = table
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

    def announce(self, item: Mapping[str, Any]) -> None:
        """Tell once how an image ended: in the notifications table, then on the topic.

        The table has it once whatever happens. The topic gets it again, with the same id, if the
        run dies or loses a reply between publishing it and noting that.

        Raises:
            Claimed: another run may be in the middle of it.
        """
        end = f"{item['image']}#{item['version']}#{item['status']}"
        if "retried_at" in item:
            end += f"#{item['retried_at']}"  # its owner asked again, and is told again
        self._once.run(f"told#{end}", lambda: self._announce(item))

    def _announce(self, item: Mapping[str, Any]) -> None:
        notification = self._notification(item)
        try:
            with aws_errors():
                self._dynamodb.put_item(
                    TableName=self._table,
                    Item=to_item(notification),
                    ConditionExpression="attribute_not_exists(identity_id)",
                )
        except ConditionFailed:
            pass  # an earlier attempt wrote it, and its owner may have answered since
        self._publish(notification)

    def _notification(self, item: Mapping[str, Any]) -> dict[str, Any]:
        subject = f"{item['image']}#{item['version']}#{item['status']}"
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
    FAILED: "Your photo is not finished yet",
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
