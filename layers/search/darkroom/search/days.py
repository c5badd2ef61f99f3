"""Times as a photographer means them: by the camera's own clock, whatever zone it was set to."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_WRITTEN = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6}))?)?)?)?)?", re.ASCII
)
_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def milliseconds(written: str) -> int | None:
    """When a clock showed this, as if it were UTC: milliseconds since 1970.

    Of a time that is known to the year, month or day it is the first moment. None for no time.
    """
    found = _WRITTEN.match(written)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    try:
        moment = datetime(
            year, month or 1, day or 1, hour, minute, min(second, 59), tzinfo=UTC
        ) + timedelta(microseconds=int((found[7] or "0").ljust(6, "0")))
    except (ValueError, OverflowError):
        return None
    return (moment - _EPOCH) // _MILLISECOND


def year_of(moment: int) -> str:
    """The year that a moment in milliseconds is in, in four digits."""
    return f"{(_EPOCH + timedelta(milliseconds=moment)).year:04d}"


def first_of(day: str) -> int:
    """The first millisecond of a day, a month or a year.

    Raises:
        ValueError: it is none.
    """
    return _span(day)[0]


def last_of(day: str) -> int:
    """The last millisecond of a day, a month or a year.

    Raises:
        ValueError: it is none.
    """
    return _span(day)[1]


def _span(day: str) -> tuple[int, int]:
    first = milliseconds(day) if _DAY.fullmatch(day) else None
    if first is None:
        raise ValueError(f"{day!r} is no day")
    start = _EPOCH + timedelta(milliseconds=first)
    try:
        if len(day) == 4:
            end = start.replace(year=start.year + 1)
        elif len(day) == 7:
            end = (start + timedelta(days=31)).replace(day=1)
        else:
            end = start + timedelta(days=1)
    except (ValueError, OverflowError):
        return first, (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MILLISECOND
    return first, (end - _EPOCH) // _MILLISECOND - 1
