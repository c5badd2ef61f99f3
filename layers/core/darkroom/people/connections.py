"""Which connections of the live socket are whose."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from darkroom.aws.clients import ConditionFailed, aws_errors, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# API Gateway closes every WebSocket after two hours; what it does not report is gone by then.
_LIFETIME_SECONDS = 2 * 60 * 60 + 10 * 60
# A connection is known while it is still being opened, and gone to whoever sends to it then.
_OPENING_SECONDS = 30  # as long as an integration of API Gateway's WebSockets may take, and more


class Connections:
    """The connections table."""

    def __init__(self, client: DynamoDBClient, *, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, *, identity_id: str, connection_id: str) -> None:
        """Remember whose a connection is."""
        item = {
            "identity_id": identity_id,
            "connection_id": connection_id,
            "expiration": int(time.time()) + _LIFETIME_SECONDS,
        }
        with aws_errors():
            self._client.put_item(TableName=self._table, Item=to_item(item))

    def of(self, identity_id: str) -> list[str]:
        """The connections of a user. Some of them may be gone already."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="identity_id = :identity_id",
            ExpressionAttributeValues={":identity_id": {"S": identity_id}},
            ConsistentRead=True,
        )
        with aws_errors():
            return [item["connection_id"]["S"] for page in pages for item in page["Items"]]

    def forget(self, *, identity_id: str, connection_id: str) -> None:
        """Drop a connection; one that is not there does no harm."""
        key = to_item({"identity_id": identity_id, "connection_id": connection_id})
        with aws_errors():
            self._client.delete_item(TableName=self._table, Key=key)

    def forget_gone(self, *, identity_id: str, connection_id: str) -> None:
        """Drop a connection that a message did not reach, unless it may only be opening yet."""
        opened_before = int(time.time()) - _OPENING_SECONDS
        with suppress(ConditionFailed), aws_errors():
            self._client.delete_item(
                TableName=self._table,
                Key=to_item({"identity_id": identity_id, "connection_id": connection_id}),
                ConditionExpression="attribute_not_exists(expiration) OR expiration < :opening",
                ExpressionAttributeValues=to_item({":opening": opened_before + _LIFETIME_SECONDS}),
            )

    def forget_closed(self, connection_id: str) -> None:
        """Drop a connection of which only its id is known.

        One that closes the moment it opened may not be found yet: the next message to it, or its
        expiration, drops it.
        """
        with aws_errors():
            found = self._client.query(
                TableName=self._table,
                IndexName="by-connection",
                KeyConditionExpression="connection_id = :connection_id",
                ExpressionAttributeValues={":connection_id": {"S": connection_id}},
            )
        for item in found["Items"]:
            self.forget(identity_id=item["identity_id"]["S"], connection_id=connection_id)
