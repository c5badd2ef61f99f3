"""Mending a user's storage counters from the ledger, while uploads and deletions go on.

Ledger and counters change in one transaction, so their difference stays the same whatever goes on:
once it is known, it can be subtracted at any time. It is known exactly when nothing changed while
the ledger was read. That can be told: every charge adds one to a period's `uploaded_objects`,
which never falls, and releases and readmissions without a charge beside them change the total in
one direction each. So if all rows of a user's usage are the same before and after the ledger was
read, the ledger did not change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Table, absent
from darkroom.aws.errors import ConditionFailed
from darkroom.quota.ledger import TOTAL
from darkroom.quota.tally import usage_in

if TYPE_CHECKING:
    from darkroom.model import LedgerRow, UsageRow
    from mypy_boto3_dynamodb import DynamoDBClient

COUNTERS = ("stored_bytes", "stored_objects", "held_bytes", "held_objects")
_LOOKS = 3


class UsageRepair:
    """Compares the ledger and the counters of one user at a time."""

    def __init__(self, client: DynamoDBClient, *, usage_table: str, ledger_table: str) -> None:
        self._usage: Table[UsageRow] = Table(client, usage_table)
        self._ledger: Table[LedgerRow] = Table(client, ledger_table)

    def drift(self, identity_id: str) -> dict[str, int] | None:
        """By how much each counter is too high; empty if none is, None if all was too busy."""
        usage = self._usage_by_period(identity_id)
        for _ in range(_LOOKS):
            counted = self._counted(identity_id)
            after = self._usage_by_period(identity_id)
            if after == usage:
                total = counters(after.get(TOTAL))
                return {
                    name: off
                    for name in COUNTERS
                    if (off := total.get(name, 0) - counted[name]) != 0
                }
            usage = after
        return None

    def mend(self, identity_id: str) -> dict[str, int]:
        """What the counters had too much and is subtracted now. The next sweep looks again."""
        drift = self.drift(identity_id)
        if not drift:
            return {}
        key = {"identity_id": identity_id, "period": TOTAL}
        before = counters(self._usage.get(key))
        mended = self._usage.update(key).add({name: -off for name, off in drift.items()})
        # So that a repetition by the SDK, whose first response was lost, does nothing.
        mended.when(
            *(absent(name) for name in drift if name not in before),
            **{name: before[name] for name in drift if name in before},
        )
        try:
            mended.write()
        except ConditionFailed:
            return {}
        return drift

    def _usage_by_period(self, identity_id: str) -> dict[str, UsageRow]:
        return {row["period"]: row for row in self._usage.query(identity_id=identity_id)}

    def _counted(self, identity_id: str) -> dict[str, int]:
        counted = dict.fromkeys(COUNTERS, 0)
        for row in self._ledger.query(identity_id=identity_id):
            counted[f"{row['state']}_bytes"] += row["bytes"]
            counted[f"{row['state']}_objects"] += 1
        return counted


def counters(total: UsageRow | None) -> dict[str, int]:
    """The storage counters that a user's row `total` has."""
    row = usage_in(total)
    return {name: row[name] for name in COUNTERS if name in row}
