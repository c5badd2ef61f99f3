"""The notifications table as an inbox: what its owner has been mailed, and what is unseen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from darkroom.aws.clients import ConditionFailed, Write, aws_errors, from_item, to_item, transact
from darkroom.pipeline.records import timestamp

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# A TransactWriteItems takes no more: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/
MOST_AT_ONCE = 100

Notification = dict[str, Any]


class Inbox:
    """Notifications and what became of them.

    `told_in` names the notification whose message took this one along, `told_at` stands on that one
    once the mail is out. `remind_hour` and `remind_at` are there while a reminder is due.
    """

    def __init__(self, client: DynamoDBClient, *, table: str) -> None:
        self._client = client
        self._table = table

    def read(self, identity_id: str, notification_id: str) -> Notification | None:
        """A notification as it stands now; None once it has expired."""
        with aws_errors():
            answer = self._client.get_item(
                TableName=self._table,
                Key=_key(identity_id, notification_id),
                ConsistentRead=True,
            )
        return from_item(answer["Item"]) if "Item" in answer else None

    def untold(self, identity_id: str, since: str) -> list[Notification]:
        """Those that no mail has taken along yet, from `since` on, oldest first, up to 100."""
        return self._select(identity_id, since, "attribute_not_exists(told_in)", {})

    def taken_along(self, identity_id: str, by: str) -> list[Notification]:
        """Those that the message of the notification `by` took along."""
        return self._select(identity_id, by, "told_in = :by", {":by": by})

    def take_along(
        self, notifications: Sequence[Notification], *, by: str, remind_at: datetime | None
    ) -> bool:
        """Note that one message tells of all of these; False if another took one of them first."""
        try:
            transact(self._client, [self._taking(each, by, remind_at) for each in notifications])
        except ConditionFailed:
            return False
        return True

    def note_told(self, identity_id: str, notification_id: str) -> None:
        """Note that the message which this notification is the first of is out."""
        with aws_errors():
            self._client.update_item(
                TableName=self._table,
                Key=_key(identity_id, notification_id),
                UpdateExpression="SET told_at = :now",
                ConditionExpression="attribute_exists(identity_id)",
                ExpressionAttributeValues=to_item({":now": timestamp()}),
            )

    def due(self, now: datetime, hours: int) -> list[tuple[str, str]]:
        """Owners and ids of those whose reminder is due, of the last `hours`."""
        found: list[tuple[str, str]] = []
        for back in range(hours, -1, -1):
            pages = self._client.get_paginator("query").paginate(
                TableName=self._table,
                IndexName="due-reminders",
                KeyConditionExpression="remind_hour = :hour AND remind_at <= :now",
                ExpressionAttributeValues=to_item(
                    {":hour": _hour(now - timedelta(hours=back)), ":now": timestamp(now)}
                ),
            )
            with aws_errors():
                for page in pages:
                    found += [
                        (item["identity_id"]["S"], item["notification_id"]["S"])
                        for item in page["Items"]
                    ]
        return found

    def claim_reminder(self, identity_id: str, notification_id: str) -> Notification | None:
        """Take a due reminder off the list; the notification, or None if another run has it."""
        try:
            with aws_errors():
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=_key(identity_id, notification_id),
                    UpdateExpression="SET reminded_at = :now REMOVE remind_hour, remind_at",
                    ConditionExpression="attribute_exists(remind_hour)",
                    ExpressionAttributeValues=to_item({":now": timestamp()}),
                    ReturnValues="ALL_NEW",
                )
        except ConditionFailed:
            return None
        return from_item(answer["Attributes"])

    def _select(
        self, identity_id: str, since: str, condition: str, values: Mapping[str, Any]
    ) -> list[Notification]:
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="identity_id = :identity_id AND notification_id >= :since",
            FilterExpression=condition,
            ExpressionAttributeValues=to_item(
                {":identity_id": identity_id, ":since": since, **values}
            ),
            ConsistentRead=True,
        )
        found: list[Notification] = []
        with aws_errors():
            for page in pages:
                found += [from_item(item) for item in page["Items"]]
                if len(found) >= MOST_AT_ONCE:
                    break
        return found[:MOST_AT_ONCE]

    def _taking(self, notification: Notification, by: str, remind_at: datetime | None) -> Write:
        values: dict[str, Any] = {":by": by}
        change = "SET told_in = :by"
        if remind_at is not None and "seen_at" not in notification:
            change += ", remind_hour = :hour, remind_at = :at"
            values |= {":hour": _hour(remind_at), ":at": timestamp(remind_at)}
        return {
            "Update": {
                "TableName": self._table,
                "Key": _key(notification["identity_id"], notification["notification_id"]),
                "UpdateExpression": change,
                "ConditionExpression": (
                    "attribute_exists(identity_id) AND attribute_not_exists(told_in)"
                ),
                "ExpressionAttributeValues": to_item(values),
            }
        }


def _key(identity_id: str, notification_id: str) -> dict[str, Any]:
    return to_item({"identity_id": identity_id, "notification_id": notification_id})


def _hour(moment: datetime) -> str:
    return timestamp(moment)[:13]
