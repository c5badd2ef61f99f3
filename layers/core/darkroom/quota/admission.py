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
from darkroom.quota.tally import QuotaLimits, usage_in
from darkroom.states import Admission

if TYPE_CHECKING:
    from darkroom.model import UsageRow
    from mypy_boto3_dynamodb import DynamoDBClient


def admission(total: UsageRow | None, period: UsageRow | None, limits: QuotaLimits) -> Admission:
    """Whether a user may upload, by their usage rows `total` and of this `period`."""
    own = limits.own(total, period)
    stored, uploaded = usage_in(total), usage_in(period)
    kept = stored.get("stored_bytes", 0) + stored.get("held_bytes", 0)
    if own.stored_bytes is not None and kept > own.stored_bytes:
        return Admission.STORAGE_FULL
    if own.uploaded_bytes is not None and uploaded.get("uploaded_bytes", 0) >= own.uploaded_bytes:
        return Admission.ALLOWANCE_USED
    uploads = uploaded.get("uploaded_objects", 0)
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

    def check(self, identity_id: str) -> tuple[Admission, bool]:
        """Whether a user may upload now, and whether anything of theirs was ever counted."""
        this_period = period_of(datetime.now(UTC), self._period)
        total, period = (
            self._usage.get({"identity_id": identity_id, "period": name})
            for name in (TOTAL, this_period)
        )
        return admission(total, period, self._limits), total is not None
