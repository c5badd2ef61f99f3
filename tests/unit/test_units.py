from __future__ import annotations

import pytest
from darkroom.units import clock, size


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (30_000, "30 kB"),
        (3_449_000, "3.4 MB"),
        (5_000_000_000, "5 GB"),
        (1_234_500_000_000_000, "1,234.5 TB"),
    ],
)
def test_size_is_in_the_unit_that_people_would_choose(count: int, expected: str) -> None:
    assert size(count) == expected


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (750, "12:30"), (3723, "1:02:03")],
)
def test_duration_is_as_players_show_it(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown
