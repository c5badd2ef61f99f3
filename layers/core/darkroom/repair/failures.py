"""Why a message failed, kept beside the other short memories until the message is gone.

A dead letter carries its body and its age, but no error. So each attempt that fails leaves a note
under the message's id, which SQS keeps when it moves the message to its dead letter queue; the
note outlives the longest stay there. A function that is killed (time, memory) writes none: then
the note is of an earlier attempt, or missing, which says as much.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from darkroom.aws.clients import from_item, to_item
from darkroom.observability import logger
from darkroom.pipeline.tombstones import expiration

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_LONGEST_ERROR = 1000  # characters: enough for AWS's longest sentences, not for a traceback


@dataclass(frozen=True)
class Failure:
    """The last failed attempt at a message: how many there were, when, where, and the error."""

    attempts: int
    failed_at: str
    request_id: str
    error: str


class Failures:
    """The notes of failed attempts in the idempotency table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def note(self, message_id: str, *, attempts: int, request_id: str, error: Exception) -> None:
        """Remember why an attempt failed. Never raises: the error itself matters more."""
        values = {
            ":attempts": attempts,
            ":failed_at": datetime.now(UTC).isoformat(timespec="seconds"),
            ":request_id": request_id,
            ":error": f"{type(error).__name__}: {error}"[:_LONGEST_ERROR],
            ":expiration": expiration(),
        }
        try:
            self._client.update_item(
                TableName=self._table,
                Key=_key(message_id),
                UpdateExpression="SET attempts = :attempts, failed_at = :failed_at, "
                "request_id = :request_id, #error = :error, expiration = :expiration",
                ExpressionAttributeNames={"#error": "error"},
                ExpressionAttributeValues=to_item(values),
            )
        except (BotoCoreError, ClientError):
            logger.warning("the failure could not be noted", exc_info=True)

    def read(self, message_id: str) -> Failure | None:
        """The last failed attempt at a message, if one was noted."""
        answer = self._client.get_item(TableName=self._table, Key=_key(message_id))
        if "Item" not in answer:
            return None
        found = from_item(answer["Item"])
        return Failure(
            int(found["attempts"]), found["failed_at"], found["request_id"], found["error"]
        )


def _key(message_id: str) -> dict[str, Any]:
    return to_item({"id": f"failure#{message_id}"})
