"""Why a message failed, remembered until the message is gone.

A dead letter carries its body and its age, but no error. So each attempt that fails leaves a mark
under the message's id, which SQS keeps when it moves the message to its dead letter queue; the
mark outlives the longest stay there. A function that is killed (time, memory) leaves none: then
the mark is of an earlier attempt, or missing, which says as much.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Key, Table
from darkroom.aws.errors import CALL_FAILED
from darkroom.marks import expiration
from darkroom.observability import logger

if TYPE_CHECKING:
    from darkroom.model import FailureMark
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
    """The marks of failed attempts."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._marks: Table[FailureMark] = Table(client, table)

    def note(self, message_id: str, *, attempts: int, request_id: str, error: Exception) -> None:
        """Remember why an attempt failed. Never raises: the error itself matters more."""
        mark = self._marks.update(_key(message_id)).set(
            attempts=attempts,
            failed_at=datetime.now(UTC).isoformat(timespec="seconds"),
            request_id=request_id,
            error=f"{type(error).__name__}: {error}"[:_LONGEST_ERROR],
            expiration=expiration(),
        )
        try:
            mark.write()
        except CALL_FAILED:
            logger.warning(
                "failure not noted: the list of dead letters will not say why", exc_info=True
            )

    def read(self, message_id: str) -> Failure | None:
        """The last failed attempt at a message, if one was noted."""
        found = self._marks.get(_key(message_id))
        if found is None:
            return None
        return Failure(found["attempts"], found["failed_at"], found["request_id"], found["error"])


def _key(message_id: str) -> Key:
    return {"id": f"failure#{message_id}"}
