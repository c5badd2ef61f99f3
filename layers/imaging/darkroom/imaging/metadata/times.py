"""Times that a file holds, in whatever form, as ISO 8601."""

from __future__ import annotations

import re
from datetime import date

# EXIF writes `2026:07:31 05:06:07`, XMP `2026-07-31T05:06:07+02:00`; both are often mixed up, and
# parts of one digit, a day alone and blank seconds are as frequent.
_STAMP = re.compile(
    r"\s*(\d{4})(?:[-:/.]\s?(\d{1,2})(?:[-:/.]\s?(\d{1,2})(?:[T :]\s*(.*))?)?)?\s*", re.ASCII
)
_CLOCK = re.compile(r"(\d{1,2}):\s?(\d{1,2})(?::\s?(\d{1,2})(?:[.,](\d{1,9})\d*)?)?", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)", re.ASCII)
_MAX_OFFSET_MINUTES = 14 * 60  # the easternmost time zone


def moment(
    text: str | None, *, fraction: str | None = None, offset: str | None = None
) -> str | None:
    """ISO 8601 as exact as written: a year, month, day, or time of day; None for nonsense.

    `fraction` (digits of a second) and `offset` (`+02:00`) are those of fields of their own, for
    texts without them. Hour 24 is hour 0 of the same day: clocks of cameras count to it. Second 60
    is 59. Of a time that no clock shows, the day is kept.
    """
    found = _STAMP.fullmatch(text or "")
    if found is None:
        return None
    parts = [int(part) for part in found.groups()[:3] if part]
    try:
        date(*[*parts, 1, 1][:3])
    except ValueError:  # month 13, or zeros from a clock never set
        return None
    day = "-".join((f"{parts[0]:04}", *(f"{part:02}" for part in parts[1:])))
    clock = _clock(found[4] or "", fraction, offset)
    return f"{day}T{clock}" if clock else day


def utc_offset(text: str | None) -> str:
    """`+02:00` or the like; empty where there is none, or nonsense."""
    if text == "Z":
        return "+00:00"
    found = _OFFSET.fullmatch(text or "")
    if found is None or int(found[3]) > 59:
        return ""
    if int(found[2]) * 60 + int(found[3]) > _MAX_OFFSET_MINUTES:
        return ""
    return f"{found[1]}{found[2]}:{found[3]}"


def _clock(text: str, fraction: str | None, offset: str | None) -> str | None:
    found = _CLOCK.match(text)
    if found is None:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups()[:3])
    if hour > 24 or minute > 59 or second > 60:
        return None
    shown = f"{hour % 24:02}:{minute:02}"
    if found[3]:
        digits = found[4] or fraction or ""
        shown += f":{min(second, 59):02}" + (f".{digits}" if digits else "")
    return shown + (utc_offset(text[found.end() :].strip()) or utc_offset(offset))
