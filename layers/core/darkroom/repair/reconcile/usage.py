"""Mending a user's storage counters from the ledger, while uploads and deletions go on.

Ledger and counters move in one transaction, so their difference stays the same whatever goes on:
once it is known, it can be subtracted at any time. It is known exactly when nothing moved while
the ledger was read. That can be told: every charge adds one to a period's `uploaded_objects`,
which never falls, and releases and late admissions without a charge beside them change the total
in one direction each. So if all rows of a user's usage are the same before and after the ledger
was read, the ledger did not change.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from darkroom.aws.clients import ConditionFailed, aws_errors, from_item, to_item
from darkroom.quota.ledger import HELD, STORED, TOTAL

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

COUNTERS = ("stored_bytes", "stored_objects", "held_bytes", "held_objects")
_LOOKS = 3

Usage = dict[str, Mapping[str, Any]]  # by period


class UsageRepair:
    """Compares the ledger and the counters of one user at a time."""

    def __init__(self, client: DynamoDBClient, *, usage_table: str, ledger_table: str) -> None:
        self._client = client
        self._usage_table = usage_table
        self._ledger_table = ledger_table

    def drift(self, identity_id: str) -> dict[str, int] | None:
        """By how much each counter is too high; empty if none is, None if all was too busy."""
        usage = self._usage(identity_id)
        for _ in range(_LOOKS):
            counted = self._counted(identity_id)
            after = self._usage(identity_id)
            if after == usage:
                total = after.get(TOTAL, {})
                return {
                    name: off
                    for name in COUNTERS
                    if (off := int(total.get(name, 0)) - counted[name]) != 0
                }
            usage = after
        return None

    def mend(self, identity_id: str) -> dict[str, int]:
        """Subtract what the counters have too much; what that was. The next sweep looks again."""
        drift = self.drift(identity_id)
        if not drift:
            return {}
        before = self._usage(identity_id).get(TOTAL, {})
        names = {f"#c{index}": name for index, name in enumerate(drift)}
        values = {f":c{index}": -off for index, off in enumerate(drift.values())}
        conditions = []
        for index, name in enumerate(drift):
            if name in before:
                # So that a repetition by the SDK, whose first reply was lost, does nothing.
                values[f":b{index}"] = int(before[name])
                conditions.append(f"#c{index} = :b{index}")
            else:
                conditions.append(f"attribute_not_exists(#c{index})")
        try:
            with aws_errors():
                self._client.update_item(
                    TableName=self._usage_table,
                    Key=to_item({"identity_id": identity_id, "period": TOTAL}),
                    UpdateExpression="ADD " + ", ".join(f"{n} :c{n[2:]}" for n in names),
                    ConditionExpression=" AND ".join(conditions),
                    ExpressionAttributeNames=names,
                    ExpressionAttributeValues=to_item(values),
                )
        except ConditionFailed:
            return {}
        return drift

    def _usage(self, identity_id: str) -> Usage:
        return {row["period"]: row for row in self._rows(self._usage_table, identity_id)}

    def _counted(self, identity_id: str) -> dict[str, int]:
        counted = dict.fromkeys(COUNTERS, 0)
        for row in self._rows(self._ledger_table, identity_id):
            state = HELD if row["state"] == HELD else STORED
            counted[f"{state}_bytes"] += int(row["bytes"])
            counted[f"{state}_objects"] += 1
        return counted

    def _rows(self, table: str, identity_id: str) -> list[Mapping[str, Any]]:
        pages = self._client.get_paginator("query").paginate(
            TableName=table,
            KeyConditionExpression="identity_id = :user",
            ExpressionAttributeValues=to_item({":user": identity_id}),
            ConsistentRead=True,
        )
        with aws_errors():
            return [from_item(item) for page in pages for item in page["Items"]]
