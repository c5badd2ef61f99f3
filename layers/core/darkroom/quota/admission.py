"""Whether a user may upload at all: decided from what is counted, before anything is sent.

The ledger decides for each upload exactly. This is the gate in front of it, for those whom it would
refuse: it stays shut while what is stored, together with what was refused and is still held,
exceeds the limit, or while the period's allowance is used up.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Table
from darkroom.quota.ledger import TOTAL, period_of
from darkroom.quota.tally import QuotaLimits, sum_of, usage_in
from darkroom.states import Admission

if TYPE_CHECKING:
    from darkroom.model import UsageRow
    from mypy_boto3_dynamodb import DynamoDBClient


def admission(
    total: UsageRow | None,
    period: UsageRow | None,
    limits: QuotaLimits,
    *elsewhere: UsageRow | None,
) -> Admission:
    """Whether a user may upload, by their usage rows `total` and of this `period`.

    `elsewhere` are the same rows of other identities that their login had.
    """
    own = limits.own(total, period)
    used = sum_of(usage_in(row) for row in (total, period, *elsewhere))
    kept = used.get("stored_bytes", 0) + used.get("held_bytes", 0)
    if own.stored_bytes is not None and kept > own.stored_bytes:
        return Admission.STORAGE_FULL
    if own.uploaded_bytes is not None and used.get("uploaded_bytes", 0) >= own.uploaded_bytes:
        return Admission.ALLOWANCE_USED
    uploads = used.get("uploaded_objects", 0)
    if own.uploaded_objects is not None and uploads >= own.uploaded_objects:
        return Admission.UPLOADS_USED
    return Admission.OPEN


class UploadGate:
    """Reads what `admission` needs to know of a user."""

    def __init__(
        self, client: DynamoDBClient, *, usage_table: str, period: str, limits: QuotaLimits
    ) -> None:
        self._usage: Table[UsageRow] = Table(client, usage_table)
        self._period = period
        self._limits = limits

    def check(self, identity_id: str, *others: str) -> tuple[Admission, bool]:
        """Whether a user may upload now, and whether anything of theirs was ever counted.

        `others` are the identities that their login had before this one.
        """
        this_period = period_of(datetime.now(UTC), self._period)
        totals, periods = (
            [
                self._usage.get({"identity_id": each, "period": name})
                for each in (identity_id, *others)
            ]
            for name in (TOTAL, this_period)
        )
        elsewhere = (*totals[1:], *periods[1:])
        is_in_use = any(total is not None for total in totals)
        return admission(totals[0], periods[0], self._limits, *elsewhere), is_in_use
