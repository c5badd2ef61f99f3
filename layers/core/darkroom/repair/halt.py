"""The switch that stops whatever republishes events by itself: backfill, reprocess, reconcile.

One item of the idempotency table, so that it holds for every machine and function at once. What
is in the queues already is worked off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.aws.clients import aws_errors, from_item, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEY = {"id": {"S": "halt"}}


class Halt:
    """Sets, lifts and reads the switch."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def reason(self) -> str | None:
        """Why everything is halted; None if it is not."""
        with aws_errors():
            answer = self._client.get_item(TableName=self._table, Key=_KEY, ConsistentRead=True)
        return str(from_item(answer["Item"])["reason"]) if "Item" in answer else None

    def set(self, reason: str) -> None:
        """Halt everything, until `lift`."""
        with aws_errors():
            self._client.put_item(
                TableName=self._table, Item={**_KEY, **to_item({"reason": reason})}
            )

    def lift(self) -> None:
        """Let everything go on."""
        with aws_errors():
            self._client.delete_item(TableName=self._table, Key=_KEY)
