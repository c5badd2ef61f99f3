"""IPTC-IIM: what picture desks wrote, as the records inside JPEG's APP13 and TIFF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from darkroom.imaging.metadata.text import plain_text

_MAX_LISTED = 100
_UTF8 = b"\x1b%G"  # ISO 2022's escape to UTF-8, the only value of 1:90 in use
_CHARSET = (1, 90)
_KEYWORD, _DATE, _TIME, _BYLINE, _CITY, _COUNTRY, _HEADLINE, _COPYRIGHT, _CAPTION = (
    (2, dataset) for dataset in (25, 55, 60, 80, 90, 101, 105, 116, 120)
)

_Records = dict[tuple[int, int], list[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Iptc:
    """The IPTC fields; None, or an empty tuple, where there is no such record."""

    headline: str | None = None
    caption: str | None = None
    keywords: tuple[str, ...] = ()
    bylines: tuple[str, ...] = ()
    city: str | None = None
    country: str | None = None
    copyright: str | None = None
    created_at: str | None = None
    """ISO 8601: a day, or a time with its offset."""


def read_iptc(block: bytes | None) -> Iptc:
    """The fields of a block of records. Never raises for what it holds.

    A record that is cut short ends the reading.
    """
    records: _Records = {}
    for name, value in _records(block or b""):
        values = records.setdefault(name, [])
        if len(values) < _MAX_LISTED:
            values.append(value)
    is_utf8 = _UTF8 in records.get(_CHARSET, [])

    def texts(name: tuple[int, int]) -> tuple[str, ...]:
        found = (_text(value, is_utf8=is_utf8) for value in records.get(name, []))
        return tuple(dict.fromkeys(text for text in found if text))

    def text(name: tuple[int, int]) -> str | None:
        return next(iter(texts(name)), None)

    return Iptc(
        headline=text(_HEADLINE),
        caption=text(_CAPTION),
        keywords=texts(_KEYWORD),
        bylines=texts(_BYLINE),
        city=text(_CITY),
        country=text(_COUNTRY),
        copyright=text(_COPYRIGHT),
        created_at=_created_at(text(_DATE), text(_TIME)),
    )


def _records(data: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    at = 0
    while at + 5 <= len(data) and data[at] == 0x1C:
        name = (data[at + 1], data[at + 2])
        size = int.from_bytes(data[at + 3 : at + 5], "big")
        at += 5
        if size & 0x8000:  # extended: the number of bytes that hold the size
            length = size & 0x7FFF
            if length > 4:
                return
            size = int.from_bytes(data[at : at + length], "big")
            at += length
        if at + size > len(data):
            return
        yield name, data[at : at + size]
        at += size


def _text(value: bytes, *, is_utf8: bool) -> str | None:
    try:
        return plain_text(value.decode("utf-8"))
    except UnicodeDecodeError:
        # Unmarked text that is no UTF-8 is Latin-1 in practice.
        return plain_text(value.decode("utf-8" if is_utf8 else "latin-1", "replace"))


def _created_at(day: str | None, time: str | None) -> str | None:
    """ISO 8601 from CCYYMMDD and HHMMSS±HHMM; None where the day is nonsense."""
    if not re.fullmatch(r"[0-9]{8}", day or ""):
        return None
    try:
        date = datetime.strptime(day or "", "%Y%m%d").date().isoformat()
    except ValueError:
        return None
    if not re.fullmatch(r"[0-9]{6}[+-][0-9]{4}", time or ""):
        return date
    try:
        clock = datetime.strptime(time or "", "%H%M%S%z").timetz().isoformat()
    except ValueError:
        return date
    return f"{date}T{clock}"
