"""What `make flood` calls a fault."""

from __future__ import annotations

from typing import Any

import pytest

from local.flood import Rush

USAGE = {"stored_objects": 10}


def rush(**changes: Any) -> Rush:
    """A rush of ten files that held nobody up, but for these changes."""
    fine = Rush(
        uploads=10,
        uploaded=1.0,
        counted=2.0,
        drained=3.0,
        alone=0.5,
        behind=1.5,
        counters=USAGE,
        expected=USAGE,
        dead_letters={},
    )
    return Rush(**{**vars(fine), **changes})


def test_nothing_is_wrong_when_the_other_waited_three_times_as_long() -> None:
    assert rush().faults() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"behind": 1.6},
        {"counters": {"stored_objects": 11}},
        {"dead_letters": {"quota": 1}},
    ],
)
def test_fault_is_told_when_something_is_wrong(changes: dict[str, Any]) -> None:
    assert len(rush(**changes).faults()) == 1
