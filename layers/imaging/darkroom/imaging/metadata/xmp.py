"""XMP: what editors and stock agencies wrote, read from XML nobody can trust."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from darkroom.imaging.metadata.directory import numbers_in
from darkroom.imaging.metadata.exposure import apex_f_number, apex_seconds
from darkroom.imaging.metadata.gps import Gps, xmp_gps
from darkroom.imaging.metadata.markup import Properties, properties_of
from darkroom.imaging.metadata.text import decoded, first_of
from darkroom.imaging.metadata.times import moment

_MAX_BYTES = 1 << 20
_MAX_ALL_BYTES = 2 << 20
_MAX_LISTED = 100
_ORIENTATION = re.compile(rb"tiff:Orientation(?:\s*=\s*[\"']|>)\s*([1-8])")
_TITLE, _DESCRIPTION = ("dc:title",), ("dc:description", "tiff:ImageDescription")
_CREATORS, _RIGHTS = ("dc:creator", "tiff:Artist"), ("dc:rights", "tiff:Copyright")
_KEYWORDS = ("dc:subject",)
# Tags with their groups above them, with the sign that stands between. digiKam writes all four,
# Windows the second and Lightroom the third.
_PATHS = {
    "digiKam:TagsList": "/",
    "MicrosoftPhoto:LastKeywordXMP": "/",
    "lr:hierarchicalSubject": "|",
    "mediapro:CatalogSets": "|",
}
_RATING, _PERCENT = ("xmp:Rating",), ("MicrosoftPhoto:Rating",)
_HEADLINE, _CREATED = ("photoshop:Headline",), ("xmp:CreateDate",)
# In this order, the first that is a time: when the shutter opened, when what is shown was made,
# when it was scanned.
_TAKEN = ("exif:DateTimeOriginal", "photoshop:DateCreated", "exif:DateTimeDigitized")
_MAKE, _MODEL = ("tiff:Make",), ("tiff:Model",)
_LENS = ("exifEX:LensModel", "aux:Lens")
_EXPOSURE_STEPS, _APERTURE_STEPS = ("exif:ShutterSpeedValue",), ("exif:ApertureValue",)
_EXPOSURE, _F_NUMBER, _FOCAL_LENGTH = (
    ("exif:ExposureTime",),
    ("exif:FNumber",),
    ("exif:FocalLength",),
)
_ISO = ("exif:ISOSpeedRatings", "exifEX:PhotographicSensitivity")
_LATITUDE, _LONGITUDE = ("exif:GPSLatitude",), ("exif:GPSLongitude",)
_ALTITUDE, _ALTITUDE_REFERENCE = ("exif:GPSAltitude",), ("exif:GPSAltitudeRef",)
_ALL = (
    *_TITLE, *_DESCRIPTION, *_CREATORS, *_RIGHTS, *_KEYWORDS, *_PATHS, *_RATING, *_PERCENT,
    *_HEADLINE, *_TAKEN, *_CREATED, *_MAKE, *_MODEL, *_LENS, *_EXPOSURE, *_F_NUMBER, *_ISO,
    *_EXPOSURE_STEPS, *_APERTURE_STEPS,
    *_FOCAL_LENGTH, *_LATITUDE, *_LONGITUDE, *_ALTITUDE, *_ALTITUDE_REFERENCE,
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Xmp:
    """The XMP fields; None, or an empty tuple, where the packet has no such property."""

    title: str | None = None
    headline: str | None = None
    description: str | None = None
    creators: tuple[str, ...] = ()
    rights: str | None = None
    keywords: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    """Keywords with their groups, as `Places/Berlin`."""
    rating: float | None = None
    """0 to 5 stars; -1 means rejected."""
    taken_at: str | None = None
    """ISO 8601: EXIF's time in XMP, or when what is shown was made."""
    created_at: str | None = None
    """When the file was made, as exact as written: `2024`, or to the second with its offset."""
    make: str | None = None
    model: str | None = None
    lens_model: str | None = None
    exposure_seconds: float | None = None
    f_number: float | None = None
    iso: int | None = None
    focal_length_mm: float | None = None
    gps: Gps | None = None


def read_xmp(*packets: bytes | None) -> Xmp:
    """The fields of a file's packets together; of two values the first packet's is taken.

    Never raises: a packet over 1 MiB reads as empty, as do all behind the first 2 MiB, and what is
    not well-formed is passed over. A packet with a document type is not read: XMP has no use for
    one, and entities are how a few hundred bytes of XML become gigabytes.
    """
    told = _joined(properties_of(_text(packet), _ALL) for packet in _bounded(packets))

    def first(names: Iterable[str]) -> str | None:
        return next(iter(_values(told, names)), None)

    tags = [tag.replace(sign, "/") for name, sign in _PATHS.items() for tag in told.get(name, [])]
    leaves = [tag.rstrip("/").rpartition("/")[2] for tag in tags]
    iso = _quantity(first(_ISO), 10_000_000, 0)
    return Xmp(
        title=first(_TITLE),
        headline=first(_HEADLINE),
        description=first(_DESCRIPTION),
        creators=_listed(_values(told, _CREATORS[:1]) or _values(told, _CREATORS)),
        rights=first(_RIGHTS),
        keywords=_listed([*_values(told, _KEYWORDS), *leaves]),
        tags=_listed(tags),
        rating=_rating(first(_RATING), first(_PERCENT)),
        taken_at=next(filter(None, map(moment, _values(told, _TAKEN))), None),
        created_at=moment(first(_CREATED)),
        make=first(_MAKE),
        model=first(_MODEL),
        lens_model=first(_LENS),
        exposure_seconds=first_of(
            _quantity(first(_EXPOSURE), 86_400, 7), apex_seconds(_steps(first(_EXPOSURE_STEPS)))
        ),
        f_number=first_of(
            _quantity(first(_F_NUMBER), 1_000, 2), apex_f_number(_steps(first(_APERTURE_STEPS)))
        ),
        iso=None if iso is None else round(iso),
        focal_length_mm=_quantity(first(_FOCAL_LENGTH), 100_000, 2),
        gps=xmp_gps(
            first(_LATITUDE),
            first(_LONGITUDE),
            ("-" if first(_ALTITUDE_REFERENCE) == "1" else "") + (first(_ALTITUDE) or ""),
        ),
    )


def orientation_in(packet: bytes | None) -> int | None:
    """EXIF's number for the orientation, 1 to 8, found without parsing; None if it is not there."""
    found = _ORIENTATION.search(packet or b"")
    return int(found[1]) if found else None


def _bounded(packets: Iterable[bytes | None]) -> Iterator[bytes]:
    """The packets that may be read: each takes up to 1.6 s a mebibyte if it is made to."""
    left = _MAX_ALL_BYTES
    for packet in packets:
        if packet is not None and len(packet) <= min(_MAX_BYTES, left):
            left -= len(packet)
            yield packet


def _text(packet: bytes) -> str:
    """The packet's text; empty where it must not be read."""
    text = _in_unicode(packet)
    is_typed = "<!doctype" in text.lower() or "<!entity" in text.lower()
    return "" if is_typed else text


def _in_unicode(packet: bytes) -> str:
    for marks, encoding in (
        ((b"\xff\xfe\0\0", b"<\0\0\0"), "utf-32-le"),
        ((b"\0\0\xfe\xff", b"\0\0\0<"), "utf-32-be"),
        ((b"\xff\xfe", b"<\0"), "utf-16-le"),
        ((b"\xfe\xff", b"\0<"), "utf-16-be"),
    ):
        if packet.startswith(marks):
            return packet.decode(encoding, "replace")
    return decoded(packet)


def _joined(packets: Iterable[Properties]) -> Properties:
    joined: Properties = {}
    for packet in packets:
        for name, values in packet.items():
            joined.setdefault(name, []).extend(values)
    return joined


def _values(told: Properties, names: Iterable[str]) -> list[str]:
    return [value for name in names for value in told.get(name, [])]


def _listed(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, values)))[:_MAX_LISTED]


def _rating(stars: str | None, percent: str | None) -> float | None:
    """Stars. Windows writes them as shares: 1, 25, 50, 75, 99 percent."""
    rating, share = _number(stars), _number(percent)
    if rating is None and share is not None and 0 < share <= 100:
        rating = 1.0 + round(share / 25)
    return rating if rating is not None and -1 <= rating <= 5 else None


def _quantity(text: str | None, most: float, digits: int) -> float | None:
    """The first number of `1/125` or `5.6`, if it is above 0 and at most this."""
    number = next(iter(numbers_in(text)), 0.0)
    return round(number, digits) or None if 0 < number <= most else None


def _steps(text: str | None) -> float | None:
    """The number of `-3/1`, which may have a sign."""
    number = next(iter(numbers_in(text)), None)
    return None if number is None else -number if (text or "").startswith("-") else number


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None
