"""The memory of deletions: for every key, up to which version everything is gone.

A mark lives in the idempotency table and outlives every message that could still be on its way,
so an upload event that arrives after the deletion of its object finds out. Images and ledger need
no row for what no longer exists.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from darkroom.aws.clients import Write, aws_errors, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

# A message can wait 14 days in a queue and 14 more in its dead-letter queue.
MARK_SECONDS = 30 * 24 * 60 * 60


def expiration() -> int:
    """When a mark written now may go, in Unix seconds."""
    return int(time.time()) + MARK_SECONDS


def mark_removed(table: str, key: str, version: str) -> Write:
    """The write that says: everything of `key` up to `version` is deleted. It never goes back."""
    return {
        "Update": {
            "TableName": table,
            "Key": {"id": {"S": _id(key)}},
            "UpdateExpression": "SET #version = :version, expiration = :expiration",
            "ConditionExpression": "attribute_not_exists(id) OR #version <= :version",
            "ExpressionAttributeNames": {"#version": "version"},
            "ExpressionAttributeValues": to_item(
                {":version": version, ":expiration": expiration()}
            ),
        }
    }


def require_not_removed(table: str, key: str, version: str) -> Write:
    """The condition that this version of `key`, or a newer one, was not deleted."""
    return {
        "ConditionCheck": {
            "TableName": table,
            "Key": {"id": {"S": _id(key)}},
            "ConditionExpression": "attribute_not_exists(id) OR #version < :version",
            "ExpressionAttributeNames": {"#version": "version"},
            "ExpressionAttributeValues": to_item({":version": version}),
        }
    }


def is_removed(client: DynamoDBClient, table: str, key: str, version: str) -> bool:
    """Whether this version of `key`, or a newer one, was deleted."""
    removed = removed_version(client, table, key)
    return removed is not None and removed >= version


def removed_version(client: DynamoDBClient, table: str, key: str) -> str | None:
    """Up to which version `key` was deleted; None if it never was, as far as is remembered."""
    with aws_errors():
        answer = client.get_item(TableName=table, Key={"id": {"S": _id(key)}}, ConsistentRead=True)
    return answer["Item"]["version"]["S"] if "Item" in answer else None


def _id(key: str) -> str:
    return f"removed#{key}"
