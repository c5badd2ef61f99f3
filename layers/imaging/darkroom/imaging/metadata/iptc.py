"""IPTC-IIM: what picture desks wrote, as the records inside JPEG's APP13, PNG's text and TIFF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from darkroom.imaging.metadata.text import decoded, plain_text
from darkroom.imaging.metadata.times import moment

_MAX_LISTED = 100
_MAX_BYTES = 1 << 20
_MAX_RESOURCES = 100
_UTF8 = b"\x1b%G"  # ISO 2022's escape to UTF-8, the only value of 1:90 in use
_CHARSET = (1, 90)
_TITLE, _KEYWORD, _DATE, _TIME, _SCAN_DATE, _SCAN_TIME, _BYLINE, _CITY, _COUNTRY = (
    (2, dataset) for dataset in (5, 25, 55, 60, 62, 63, 80, 90, 101)
)
_HEADLINE, _COPYRIGHT, _CAPTION = ((2, dataset) for dataset in (105, 116, 120))
_DAY = re.compile(r"(\d{4})[-:/]?(\d\d)[-:/]?(\d\d)", re.ASCII)
_CLOCK = re.compile(r"(\d\d):?(\d\d):?(\d\d)\s*([+-]\d\d:?\d\d|Z)?", re.ASCII)
_RESOURCE = re.compile(rb"8BIM\x04\x04")  # Photoshop's image resource of IPTC records

_Records = dict[tuple[int, int], list[bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Iptc:
    """The IPTC fields; None, or an empty tuple, where there is no such record."""

    title: str | None = None
    """The object name."""
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
    """The fields of the first mebibyte of a block of records. Never raises for what it holds.

    A record that is cut short is passed over.
    """
    records: _Records = {}
    for name, value in _records((block or b"")[:_MAX_BYTES]):
        values = records.setdefault(name, [])
        if len(values) < _MAX_LISTED:
            values.append(value)
    # The mark is wrong in some files, so that it is believed where every text bears it out.
    is_utf8 = _UTF8 in records.get(_CHARSET, []) and all(
        _as_utf8(value) is not None for name in records if name[0] == 2 for value in records[name]
    )

    def texts(name: tuple[int, int]) -> tuple[str, ...]:
        values = records.get(name, [])
        found = (plain_text((is_utf8 and _as_utf8(value)) or decoded(value)) for value in values)
        return tuple(dict.fromkeys(text for text in found if text))

    def text(name: tuple[int, int]) -> str | None:
        return next(iter(texts(name)), None)

    return Iptc(
        title=text(_TITLE),
        headline=text(_HEADLINE),
        caption=text(_CAPTION),
        keywords=texts(_KEYWORD),
        bylines=texts(_BYLINE),
        city=text(_CITY),
        country=text(_COUNTRY),
        copyright=text(_COPYRIGHT),
        created_at=_created_at(text(_DATE), text(_TIME))
        or _created_at(text(_SCAN_DATE), text(_SCAN_TIME)),
    )


def iptc_in_resources(resources: bytes) -> bytes | None:
    """The IPTC records among Photoshop's image resources, up to a mebibyte; None if they hold none.

    Adobe, Photoshop File Formats Specification, "Image Resource Blocks". A resource that is cut
    short loses what it lacks, and none before it.
    """
    found = b""
    for resource in islice(_RESOURCE.finditer(resources), _MAX_RESOURCES):
        name = resource.end()  # a length and its characters, together of even length
        size = name + 1 + resources[name] if name < len(resources) else name
        size += (size - name) % 2
        start = size + 4
        length = int.from_bytes(resources[size:start], "big")
        found += resources[start : start + min(length, _MAX_BYTES - len(found))]
    return found or None


def _records(data: bytes) -> Iterator[tuple[tuple[int, int], bytes]]:
    """The records; what stands between them is passed over."""
    at = data.find(b"\x1c")
    while 0 <= at <= len(data) - 5:
        name = (data[at + 1], data[at + 2])
        size, start = int.from_bytes(data[at + 3 : at + 5], "big"), at + 5
        if size & 0x8000:  # extended: the number of bytes that hold the size
            length = size & 0x7FFF
            size = int.from_bytes(data[start : start + length], "big") if length <= 4 else len(data)
            start += length
        if start + size > len(data):
            start, size = at + 1, 0
        else:
            yield name, data[start : start + size]
        at = data.find(b"\x1c", start + size)


def _as_utf8(value: bytes) -> str | None:
    """The text of UTF-8, without half a letter at its end: records have a longest size."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError as error:
        is_half_a_letter = error.reason == "unexpected end of data"
        return value[: error.start].decode("utf-8") if is_half_a_letter else None


def _created_at(day: str | None, time: str | None) -> str | None:
    """ISO 8601 from CCYYMMDD and HHMMSS±HHMM; None where the day is nonsense.

    A month or day that is not known is 00 (IPTC-IIM 4.2, 2:55).
    """
    found = _DAY.fullmatch(day or "")
    if found is None:
        return None
    known = moment("-".join(part for part in found.groups() if part != "00"))
    clock = _CLOCK.fullmatch(time or "")
    if known is None or clock is None or len(known) < len("2026-07-31"):
        return known
    return moment(f"{known}T{clock[1]}:{clock[2]}:{clock[3]}{clock[4] or ''}")
