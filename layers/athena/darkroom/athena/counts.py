"""How many questions each owner has asked on a day, which bounds what one of them can cost.

A count may be too high by a question of which DynamoDB's answer was lost, and never too low.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from darkroom.aws.dynamodb import Table, absent, compare, either
from darkroom.aws.errors import ConditionFailed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEPT_SECONDS = 2 * 24 * 60 * 60


class Counts:
    """The counts of all owners."""

    def __init__(self, client: DynamoDBClient, table: str, *, a_day: int) -> None:
        self._table: Table[dict[str, Any]] = Table(client, table)
        self._a_day = a_day

    def take(self, owner: str) -> bool:
        """Whether an owner may ask one question more today, in UTC, which is counted then."""
        day = f"{datetime.now(UTC):%Y-%m-%d}"
        count = self._table.update({"identity_id": owner, "day": day})
        count.add({"questions": 1}).set(expiration=int(time.time()) + _KEPT_SECONDS)
        may = either(absent("questions"), compare("questions", "<", self._a_day))
        try:
            count.when(may).write()
        except ConditionFailed:
            return False
        return True
