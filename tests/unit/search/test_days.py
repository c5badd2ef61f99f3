"""Times by the camera's own clock, and the days, months and years that one asks for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from darkroom.search.days import first_of, last_of, milliseconds, year_of


def moment(*parts: int) -> int:
    return round(datetime(*parts, tzinfo=UTC).timestamp() * 1000)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-07-31T10:20:30", moment(2026, 7, 31, 10, 20, 30)),
        ("2026-07-31T10:20:30+09:00", moment(2026, 7, 31, 10, 20, 30)),
        ("2026-07-31T10:20:30.250Z", moment(2026, 7, 31, 10, 20, 30) + 250),
        ("2026-07-31T10:20", moment(2026, 7, 31, 10, 20)),
        ("2026-07-31", moment(2026, 7, 31)),
        ("2026-07", moment(2026, 7, 1)),
        ("2026", moment(2026, 1, 1)),
        ("1901-01-01", moment(1901, 1, 1)),
        ("2026-02-30", None),
        ("0000", None),
        ("soon", None),
        ("", None),
    ],
)
def test_time_is_what_the_clock_showed(written: str, expected: int | None) -> None:
    assert milliseconds(written) == expected


@pytest.mark.parametrize(
    ("day", "first", "following"),
    [
        ("2024", (2024, 1, 1), (2025, 1, 1)),
        ("2024-02", (2024, 2, 1), (2024, 3, 1)),
        ("2024-12", (2024, 12, 1), (2025, 1, 1)),
        ("2024-02-29", (2024, 2, 29), (2024, 3, 1)),
    ],
)
def test_day_month_or_year_has_a_first_and_a_last_moment(
    day: str, first: tuple[int, ...], following: tuple[int, ...]
) -> None:
    assert first_of(day) == moment(*first)
    assert last_of(day) == moment(*following) - 1


@pytest.mark.parametrize("day", ["9999", "9999-12", "9999-12-31"])
def test_last_day_of_all_has_an_end(day: str) -> None:
    assert last_of(day) == moment(9999, 12, 31, 23, 59, 59) + 999


@pytest.mark.parametrize(
    "day", ["24", "2024-", "2024-5", "2024-13", "2024-02-30", "2024-02-02T10:00", ""]
)
def test_what_is_no_day_is_refused(day: str) -> None:
    with pytest.raises(ValueError, match="is no day"):
        first_of(day)


@pytest.mark.parametrize("year", ["0001", "1969", "1970", "2024", "9999"])
def test_year_of_a_moment_has_four_digits(year: str) -> None:
    assert year_of(first_of(year)) == year_of(last_of(year)) == year
