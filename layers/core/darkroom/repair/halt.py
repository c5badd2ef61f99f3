"""The switch that stops what works by itself: backfill, reprocess, reconcile, emptying bins.

It is one mark, so it stops them on every machine at once. Messages in queues are still processed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Table

if TYPE_CHECKING:
    from darkroom.model import HaltMark
    from mypy_boto3_dynamodb import DynamoDBClient

_KEY = {"id": "halt"}


class Halt:
    """Sets, lifts and reads the switch."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._marks: Table[HaltMark] = Table(client, table)

    def reason(self) -> str | None:
        """Why everything is halted; None if it is not."""
        found = self._marks.get(_KEY)
        return found["reason"] if found is not None else None

    def set(self, reason: str) -> None:
        """Halt everything, until `lift`."""
        self._marks.put({"id": "halt", "reason": reason}).write()

    def lift(self) -> None:
        """Let everything go on."""
        self._marks.delete(_KEY).write()
