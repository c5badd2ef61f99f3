"""Where a picture was taken, as EXIF's GPS directory or as XMP writes it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from darkroom.imaging.metadata.directory import Directory, numbers_in
from darkroom.imaging.metadata.times import moment
from PIL.ExifTags import GPS

_SIGNED = {"N": 1, "S": -1, "E": 1, "W": -1}
_REFERENCE = re.compile(r"^\s*([NSEW])|([NSEW])[a-z]*\s*$", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gps:
    """Where a picture was taken: WGS 84 degrees, south and west negative; metres over the sea."""

    latitude: float
    longitude: float
    altitude_m: float | None = None
    direction_degrees: float | None = None
    taken_at: str | None = None
    """UTC, ISO 8601."""


def exif_gps(gps: Directory) -> Gps | None:
    """The place in EXIF's GPS directory; None where it has none, or nonsense.

    Degrees are three numbers there, and text in files of careless writers.
    """
    return _place(
        _degrees(gps, GPS.GPSLatitude, GPS.GPSLatitudeRef, "NS"),
        _degrees(gps, GPS.GPSLongitude, GPS.GPSLongitudeRef, "EW"),
        altitude_m=_altitude(gps),
        direction_degrees=_rounded(gps.number(GPS.GPSImgDirection, least=0, most=360), 2),
        taken_at=_time(gps),
    )


def xmp_gps(latitude: str | None, longitude: str | None, altitude: str | None) -> Gps | None:
    """The place in XMP's texts: `49,51.5N`, `49,51,30N` or `-49.858`; `125/10` metres.

    XMP specification, part 2, 3.6 (GPSCoordinate).
    """
    metres = next(iter(numbers_in(altitude)), math.nan)
    metres = -metres if (altitude or "").lstrip().startswith("-") else metres
    return _place(
        _from_text(latitude, "NS", None),
        _from_text(longitude, "EW", None),
        altitude_m=_rounded(metres, 2) if -12_000 <= metres <= 100_000 else None,
    )


def _place(
    latitude: float | None,
    longitude: float | None,
    *,
    altitude_m: float | None,
    direction_degrees: float | None = None,
    taken_at: str | None = None,
) -> Gps | None:
    if latitude is None or longitude is None or latitude == longitude == 0:
        return None  # phones without a fix write zeros, a spot in the Atlantic
    return Gps(
        latitude=latitude,
        longitude=longitude,
        altitude_m=altitude_m,
        direction_degrees=direction_degrees,
        taken_at=taken_at,
    )


def _degrees(gps: Directory, value: int, reference: int, letters: str) -> float | None:
    hemisphere = (gps.text(reference) or "")[:1].upper()
    text = gps.text(value)
    if text:
        return _from_text(text, letters, hemisphere)
    return _signed(gps.numbers(value), letters, hemisphere)


def _from_text(text: str | None, letters: str, hemisphere: str | None) -> float | None:
    """Degrees of a text. A hemisphere in it goes before the given one; so does a sign."""
    text = (text or "").strip()
    found = _REFERENCE.search(text)
    if found:
        hemisphere = (found[1] or found[2]).upper()
    if text.startswith("-") and not found:
        hemisphere = letters[1]
    return _signed(numbers_in(text), letters, hemisphere or letters[0])


def _signed(parts: tuple[float, ...], letters: str, hemisphere: str) -> float | None:
    """Degrees from degrees, minutes and seconds, of which the latter two may be missing."""
    most = 90 if letters == "NS" else 180
    degrees, minutes, seconds = (*parts[:3], 0.0, 0.0, 0.0)[:3]
    # Some phones write 0/0 for seconds that they do not have.
    minutes, seconds = (0.0 if math.isnan(part) else part for part in (minutes, seconds))
    total = degrees + minutes / 60 + seconds / 3600
    is_good = 0 <= minutes <= 60 and 0 <= seconds <= 60 and 0 <= degrees <= total <= most
    if not parts or hemisphere not in tuple(letters) or not is_good:
        return None
    return _rounded(_SIGNED[hemisphere] * total, 7)


def _altitude(gps: Directory) -> float | None:
    metres = gps.number(GPS.GPSAltitude, least=-12_000, most=100_000)
    reference = gps.number(GPS.GPSAltitudeRef)
    below = reference in (1, 3)  # 3: below the ellipsoid, since EXIF 3.0
    return _rounded(-metres if below and metres is not None else metres, 2)


def _time(gps: Directory) -> str | None:
    day, clock = moment(gps.text(GPS.GPSDateStamp)), gps.numbers(GPS.GPSTimeStamp)
    if day is None or len(day) != len("2026-07-31") or len(clock) != 3:
        return None
    if not all(0 <= part <= most for part, most in zip(clock, (23, 59, 60), strict=True)):
        return None
    # A fraction of an hour or of a minute is allowed (EXIF 2.32, 4.6.6).
    seconds = min(int(clock[0] * 3600 + clock[1] * 60 + clock[2]), 86_399)
    return f"{day}T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}Z"


def _rounded(number: float | None, digits: int) -> float | None:
    return None if number is None else round(number, digits) + 0.0  # + 0.0: no negative zero
