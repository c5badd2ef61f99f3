"""The gate reads what a user has now, and in this period."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from darkroom.aws.clients import dynamodb_client
from darkroom.quota.admission import UploadGate
from darkroom.quota.tally import QuotaLimits

from tests.functional.conftest import World


@pytest.mark.parametrize("period", ["month", "day"])
def test_gate_is_shut_when_a_row_of_the_user_says_so(world: World, period: Any) -> None:
    gate = UploadGate(
        dynamodb_client(), usage_table="UsageTable", period=period, limits=QuotaLimits(10, 10, 10)
    )
    now = datetime.now(UTC).date().isoformat()[: 7 if period == "month" else 10]
    for user, name, values in (
        ("ann", "total", {"stored_bytes": 11}),
        ("bob", now, {"uploaded_bytes": 10}),
        ("cat", "2026-01", {"uploaded_bytes": 10}),
    ):
        world.set_usage(user, name, **values)

    answers = [gate.check(user) for user in ("ann", "bob", "cat", "dan")]

    assert [admission for admission, _ in answers] == [
        "storage-full", "allowance-used", "open", "open",
    ]  # fmt: skip
    assert [is_in_use for _, is_in_use in answers] == [True, False, False, False]
