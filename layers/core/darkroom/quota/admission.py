"""Whether a user may upload at all: decided from what is counted, before anything is sent.

The ledger decides for each upload exactly. This is the door in front of it, for those whom it
would refuse: it stays shut while what is kept, together with what was refused and still waits,
exceeds the limit, or the period's allowance is used up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from darkroom.aws.clients import aws_errors, from_item, to_item
from darkroom.quota.ledger import ALLOWANCE_USED, STORAGE_FULL, TOTAL, Limits, own_limit, period_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

OPEN = "open"


def admission(total: Mapping[str, Any], period: Mapping[str, Any], limits: Limits) -> str:
    """`open`, or the reason why not: `storage-full` or `allowance-used`.

    `total` and `period` are a user's rows of the usage table, empty where there are none.
    """
    kept = int(total.get("stored_bytes", 0)) + int(total.get("held_bytes", 0))
    kept_limit = own_limit(total.get("limit_stored_bytes"), limits.stored_bytes)
    if kept_limit is not None and kept > kept_limit:
        return STORAGE_FULL
    uploaded = int(period.get("uploaded_bytes", 0))
    uploaded_limit = own_limit(period.get("limit_uploaded_bytes"), limits.uploaded_bytes)
    if uploaded_limit is not None and uploaded >= uploaded_limit:
        return ALLOWANCE_USED
    return OPEN


class Door:
    """Reads what `admission` needs to know of a user."""

    def __init__(
        self, client: DynamoDBClient, *, usage_table: str, period: str, limits: Limits
    ) -> None:
        self._client = client
        self._usage_table = usage_table
        self._period = period
        self._limits = limits

    def admission(self, identity_id: str) -> str:
        """Whether a user may upload now."""
        total, period = self._row(identity_id, TOTAL), self._row(identity_id, self._now())
        return admission(total, period, self._limits)

    def _now(self) -> str:
        return period_of(datetime.now(UTC), self._period)

    def _row(self, identity_id: str, period: str) -> dict[str, Any]:
        with aws_errors():
            answer = self._client.get_item(
                TableName=self._usage_table,
                Key=to_item({"identity_id": identity_id, "period": period}),
                ConsistentRead=True,
            )
        return from_item(answer["Item"]) if "Item" in answer else {}
