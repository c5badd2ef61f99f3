"""What a camera wrote beside the pictures: when, where and by what they were taken."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from darkroom.imaging.metadata.names import camera_name
from darkroom.imaging.metadata.times import moment

_MOST_CHARACTERS = 200
# With the time zone first: `creation_time` is UTC by the formats' rule, and local time by habit.
_TIMES = ("com.apple.quicktime.creationdate", "date", "creation_time")
_PLACES = ("com.apple.quicktime.location.ISO6709", "location", "location-eng")
_MAKES = ("com.apple.quicktime.make", "com.android.manufacturer", "make")
_MODELS = ("com.apple.quicktime.model", "com.android.model", "model")
# ISO 6709, annex H: degrees, with minutes and seconds if there are more digits; metres.
_POINT = re.compile(
    r"([+-])(\d{2}|\d{4}|\d{6})(\.\d{1,12})?([+-])(\d{3}|\d{5}|\d{7})(\.\d{1,12})?"
    r"(?:([+-]\d{1,6}(?:\.\d{1,6})?))?(?:CRS\w*)?/?",
    re.ASCII,
)
_FIRST_YEAR = 1990  # of a clock that was set; QuickTime's begins with 1904, Unix's with 1970


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a video was taken: WGS 84 degrees, south and west negative; metres over the sea."""

    latitude: float
    longitude: float
    altitude_m: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """What is known of a video's taking; None where the file does not say."""

    taken_at: str | None = None
    """ISO 8601, with the offset of the time zone where the camera wrote it."""
    camera: str | None = None
    place: Place | None = None


def read_tags(metadata: Mapping[str, str]) -> Tags:
    """What is known, of the names and texts that a file brings. Nonsense is left out."""
    texts = {name: _text(text) for name, text in metadata.items()}
    times = (_time(texts.get(name)) for name in _TIMES)
    return Tags(
        taken_at=next(filter(None, times), None),
        camera=camera_name(_first(texts, _MAKES), _first(texts, _MODELS)),
        place=_place(_first(texts, _PLACES)),
    )


def _text(text: str) -> str:
    # A file that was packed anew may have a text twice, with a semicolon in between.
    return text.partition(";")[0].replace("\0", "").strip()[:_MOST_CHARACTERS]


def _first(texts: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return next((texts[name] for name in names if texts.get(name)), None)


def _time(text: str | None) -> str | None:
    found = moment(text)
    return found if found and int(found[:4]) >= _FIRST_YEAR else None


def _place(text: str | None) -> Place | None:
    found = _POINT.fullmatch(text or "")
    if found is None:
        return None
    latitude = _degrees(found[1], found[2], found[3], 2)
    longitude = _degrees(found[4], found[5], found[6], 3)
    if abs(latitude) > 90 or abs(longitude) > 180 or latitude == longitude == 0:
        return None  # phones without a fix write zeros, a spot in the Atlantic
    altitude = float(found[7]) if found[7] else None
    return Place(latitude=latitude, longitude=longitude, altitude_m=altitude)


def _degrees(sign: str, digits: str, fraction: str | None, width: int) -> float:
    """Degrees of `DD`, `DDMM` or `DDMMSS`; a fraction is one of the last part."""
    parts = [digits[:width], *(digits[at : at + 2] for at in range(width, len(digits), 2))]
    parts[-1] += fraction or ""
    degrees: float = sum(float(part) / 60.0**place for place, part in enumerate(parts))
    return round(-degrees if sign == "-" else degrees, 7) + 0.0  # + 0.0: no negative zero
