"""The gate is open until a limit is met, by what is stored, held or was uploaded."""

from __future__ import annotations

from typing import Any

import pytest
from darkroom.quota.admission import admission
from darkroom.quota.tally import QuotaLimits

LIMITS = QuotaLimits(1000, 5000, 20)
NONE = QuotaLimits(None, None, None)


@pytest.mark.parametrize(
    ("total", "period", "answer"),
    [
        (None, None, "open"),
        ({"stored_bytes": 1000}, None, "open"),
        ({"stored_bytes": 1001}, None, "storage-full"),
        ({"stored_bytes": 600, "held_bytes": 400}, None, "open"),
        ({"stored_bytes": 600, "held_bytes": 401}, None, "storage-full"),
        ({"held_bytes": 1001}, None, "storage-full"),
        (None, {"uploaded_bytes": 4999}, "open"),
        (None, {"uploaded_bytes": 5000}, "allowance-used"),
        (None, {"uploaded_objects": 19}, "open"),
        (None, {"uploaded_objects": 20}, "uploads-used"),
        (None, {"uploaded_bytes": 5000, "uploaded_objects": 20}, "allowance-used"),
        ({"stored_bytes": 1001}, {"uploaded_bytes": 5000}, "storage-full"),
        ({"limit_stored_bytes": 2000, "stored_bytes": 2000}, None, "open"),
        ({"limit_stored_bytes": 2000, "stored_bytes": 2001}, None, "storage-full"),
        (None, {"limit_uploaded_bytes": 10, "uploaded_bytes": 10}, "allowance-used"),
        (None, {"limit_uploaded_bytes": 0}, "allowance-used"),
        (None, {"limit_uploaded_objects": 1, "uploaded_objects": 1}, "uploads-used"),
        (None, {"limit_uploaded_objects": 0}, "uploads-used"),
        ({"limit_stored_bytes": 0}, None, "open"),
        (None, {"limit_uploaded_bytes": 1}, "open"),
        (None, {"limit_uploaded_objects": 1}, "open"),
    ],
)
def test_answer_is_the_first_limit_that_is_met_when_there_is_one(
    total: Any, period: Any, answer: str
) -> None:
    assert admission(total, period, LIMITS) == answer
    assert admission(total, period, NONE) == "open"
