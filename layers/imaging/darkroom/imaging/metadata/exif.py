"""EXIF: what the camera wrote, read by Pillow's directory class from bytes nobody can trust.

Pillow's class decodes a tag when it is asked for: a broken field is dropped alone, and a megabyte
of numbers that nobody reads costs nothing. piexif must not read uploads: one tag with a huge count
costs it gigabytes. Nor must `Image.getexif()`: its sub-directories decode every tag at once, so one
broken tag loses all of them, and a first call that fails makes the second succeed empty.
"""

from __future__ import annotations

import contextlib
import io
import math
import re
import struct
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from darkroom.imaging.metadata.text import plain_text
from PIL.ExifTags import GPS, IFD, Base
from PIL.TiffImagePlugin import IFDRational, ImageFileDirectory_v2

_HEADER = b"Exif\0\0"
_INTEROPERABILITY_INDEX = 1  # of its own directory
# What Pillow raises on broken directories and values, found by fuzzing (tests/unit/imaging).
_BROKEN = (
    AssertionError,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    OSError,
    OverflowError,
    SyntaxError,
    TypeError,
    ValueError,
    ZeroDivisionError,
    struct.error,
)
_DATE = re.compile(r"(\d{4})[:/.-](\d\d)[:/.-](\d\d)[ T](\d\d):(\d\d):(\d\d)", re.ASCII)
_DAY = re.compile(r"(\d{4})[:/.-](\d\d)[:/.-](\d\d)", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)", re.ASCII)

_Directory = Callable[[int], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gps:
    """Where a picture was taken: WGS 84 degrees, south and west negative; metres over the sea."""

    latitude: float
    longitude: float
    altitude_m: float | None = None
    direction_degrees: float | None = None
    taken_at: str | None = None
    """UTC, ISO 8601."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exif:
    """The EXIF fields that people look for; None where the file has none, or nonsense."""

    make: str | None = None
    model: str | None = None
    lens_make: str | None = None
    lens_model: str | None = None
    software: str | None = None
    exposure_seconds: float | None = None
    exposure: str | None = None
    """As cameras show it: `1/125`, `0.4`, `30`."""
    f_number: float | None = None
    iso: int | None = None
    focal_length_mm: float | None = None
    focal_length_35mm: float | None = None
    flash_fired: bool | None = None
    exposure_bias_ev: float | None = None
    white_balance: str | None = None
    """`auto` or `manual`."""
    taken_at: str | None = None
    """ISO 8601; without an offset it is the camera's local time."""
    gps: Gps | None = None
    description: str | None = None
    artist: str | None = None
    copyright: str | None = None
    orientation: int | None = None
    """1 to 8, as stored; the dimensions of the metadata have it applied already."""

    @property
    def camera(self) -> str | None:
        """Make and model without the make said twice: `Canon EOS R6`, not `Canon Canon EOS R6`."""
        if self.make and self.model and not self.model.lower().startswith(self.make.lower()):
            return f"{self.make} {self.model}"
        return self.model or self.make


def read_exif(block: bytes | None, *, orientation: int | None = None) -> Exif:
    """The fields of an EXIF block, or of a TIFF file. Never raises for what it holds.

    `orientation` stands for the one of the block where a decoder has overwritten it.
    """
    with _quiet():
        main, exif, gps, _ = _directories(block)
        return _exif(main, exif, gps, orientation)


def names_adobe_rgb(block: bytes | None) -> bool:
    """Whether a camera says that its colours are Adobe RGB, which it may do without a profile.

    By the interoperability index R03 (DCF 2.0, 3.4; EXIF 2.32, 4.6.7). Never raises for what the
    block holds.
    """
    with _quiet():
        *_, interoperability = _directories(block)
        return _text(interoperability(_INTEROPERABILITY_INDEX)) == "R03"


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """A context without Pillow's warnings of broken tags, which are dropped."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _exif(main: _Directory, exif: _Directory, gps: _Directory, orientation: int | None) -> Exif:
    seconds = _rounded(_number(exif(Base.ExposureTime), least=1e-6, most=86_400), 7)
    return Exif(
        make=_text(main(Base.Make)),
        model=_text(main(Base.Model)),
        lens_make=_text(exif(Base.LensMake)),
        lens_model=_text(exif(Base.LensModel)),
        software=_text(main(Base.Software)),
        exposure_seconds=seconds,
        exposure=_shutter(seconds),
        f_number=_rounded(_number(exif(Base.FNumber), above=0, most=1_000), 2),
        iso=_iso(exif),
        focal_length_mm=_rounded(_number(exif(Base.FocalLength), above=0, most=100_000), 2),
        focal_length_35mm=_number(exif(Base.FocalLengthIn35mmFilm), above=0, most=100_000),
        flash_fired=_flash_fired(_number(exif(Base.Flash), least=0, most=0xFFFF)),
        exposure_bias_ev=_rounded(_number(exif(Base.ExposureBiasValue), least=-50, most=50), 2),
        white_balance=_white_balance(_number(exif(Base.WhiteBalance), least=0, most=1)),
        taken_at=_taken_at(exif),
        gps=_gps(gps),
        description=_text(main(Base.ImageDescription)),
        artist=_text(main(Base.Artist)),
        copyright=_text(main(Base.Copyright)),
        orientation=_orientation(orientation or main(Base.Orientation)),
    )


# Directories


def _directories(block: bytes | None) -> tuple[_Directory, _Directory, _Directory, _Directory]:
    """IFD0, the Exif, the GPS and the interoperability directory, each as a function from tag to
    value or None."""
    if block is None or len(block) <= 8:
        return _nothing, _nothing, _nothing, _nothing
    # Some writers put the header twice (python-pillow/Pillow#8348).
    stream = io.BytesIO(block.removeprefix(_HEADER).removeprefix(_HEADER))
    head = stream.read(8)
    if 43 in head[2:4]:  # BigTIFF, whose offsets are twice as long
        head += stream.read(8)
    try:
        root = ImageFileDirectory_v2(head)
        stream.seek(root.next)
        root.load(stream)
    except _BROKEN:
        return _nothing, _nothing, _nothing, _nothing
    main = _lookup(root)
    exif = _branch(main, IFD.Exif, stream, head)
    gps = _branch(main, IFD.GPSInfo, stream, head)
    return main, exif, gps, _branch(exif, IFD.Interop, stream, head)


def _branch(main: _Directory, pointer: int, stream: io.BytesIO, head: bytes) -> _Directory:
    offset = main(pointer)
    if not isinstance(offset, int):
        return _nothing
    try:
        directory = ImageFileDirectory_v2(head, group=pointer)
        stream.seek(offset)
        directory.load(stream)
    except _BROKEN:
        return _nothing
    return _lookup(directory)


def _lookup(directory: ImageFileDirectory_v2) -> _Directory:
    def value(tag: int) -> Any:
        try:
            found = directory[tag]
        except _BROKEN:
            return None
        # Pillow unwraps a single value only for tags that it knows.
        return found[0] if isinstance(found, tuple) and len(found) == 1 else found

    return value


def _nothing(_tag: int) -> None:
    return None


# Values


def _text(value: Any) -> str | None:
    """The text of a field. EXIF prescribes ASCII, Pillow reads Latin-1, phones write UTF-8."""
    if isinstance(value, str):
        value = value.encode("latin-1", "replace")
    if not isinstance(value, bytes):
        return None
    value = value.split(b"\0", 1)[0]
    try:
        return plain_text(value.decode("utf-8"))
    except UnicodeDecodeError:
        return plain_text(value.decode("latin-1"))


def _number(
    value: Any, *, least: float = -math.inf, above: float = -math.inf, most: float = math.inf
) -> float | None:
    """The (first) number if it is finite and within bounds; None for 0/0, NaN, text, nothing."""
    if isinstance(value, tuple) and value:
        value = value[0]
    if not isinstance(value, int | float | IFDRational):
        return None
    try:
        number = float(value)
    except _BROKEN:
        return None
    if not math.isfinite(number) or not max(least, above) <= number <= most or number == above:
        return None
    return number


def _rounded(number: float | None, digits: int) -> float | None:
    return None if number is None else round(number, digits) + 0.0  # + 0.0: no negative zero


def _shutter(seconds: float | None) -> str | None:
    if seconds is None:
        return None
    whole = round(1 / seconds)
    if seconds < 1 and abs(1 / seconds - whole) <= 0.02 * whole:
        return f"1/{whole}"
    return f"{seconds:.3g}" if seconds < 100 else f"{seconds:.0f}"


def _iso(exif: _Directory) -> int | None:
    iso = _number(exif(Base.ISOSpeedRatings), above=0, most=10_000_000)
    if iso is None or iso == 0xFFFF:  # it is a SHORT: higher speeds are in the tags of EXIF 2.3
        for tag in (Base.RecommendedExposureIndex, Base.ISOSpeed, Base.StandardOutputSensitivity):
            higher = _number(exif(tag), above=0, most=10_000_000)
            if higher is not None:
                return round(higher)
    return None if iso is None else round(iso)


def _flash_fired(flash: float | None) -> bool | None:
    return None if flash is None else bool(int(flash) & 1)


def _white_balance(value: float | None) -> str | None:
    return {0.0: "auto", 1.0: "manual"}.get(value) if value is not None else None


def _orientation(value: Any) -> int | None:
    number = _number(value, least=1, most=8)
    return int(number) if number is not None and number.is_integer() else None


# Times


def _taken_at(exif: _Directory) -> str | None:
    """The time at which the shutter opened or a scan was made; never that of an edit."""
    for stamp, fraction, offset in (
        (Base.DateTimeOriginal, Base.SubsecTimeOriginal, Base.OffsetTimeOriginal),
        (Base.DateTimeDigitized, Base.SubsecTimeDigitized, Base.OffsetTimeDigitized),
    ):
        found = _DATE.match(_text(exif(stamp)) or "")
        if found is None:
            continue
        with contextlib.suppress(ValueError):  # month 13, or zeros from a clock never set
            year, month, day, hour, minute, second = map(int, found.groups())
            moment = datetime(year, month, day, hour, minute, second).isoformat()
            return moment + _fraction(_text(exif(fraction))) + _utc_offset(_text(exif(offset)))
    return None


def _fraction(text: str | None) -> str:
    found = re.match(r"[0-9]{1,6}", text or "")
    return f".{found[0]}" if found else ""


def _utc_offset(text: str | None) -> str:
    if text == "Z":
        return "+00:00"
    found = _OFFSET.fullmatch(text or "")
    # The easternmost time zone is +14:00.
    if found is None or int(found[3]) > 59 or int(found[2]) * 60 + int(found[3]) > 14 * 60:
        return ""
    return f"{found[1]}{found[2]}:{found[3]}"


# Place


def _gps(gps: _Directory) -> Gps | None:
    latitude = _degrees(gps(GPS.GPSLatitude), gps(GPS.GPSLatitudeRef), "NS", 90)
    longitude = _degrees(gps(GPS.GPSLongitude), gps(GPS.GPSLongitudeRef), "EW", 180)
    if latitude is None or longitude is None or latitude == longitude == 0:
        return None  # phones without a fix write zeros, a spot in the Atlantic
    return Gps(
        latitude=latitude,
        longitude=longitude,
        altitude_m=_altitude(gps),
        direction_degrees=_rounded(_number(gps(GPS.GPSImgDirection), least=0, most=360), 2),
        taken_at=_gps_time(gps),
    )


def _degrees(value: Any, reference: Any, signs: str, most: int) -> float | None:
    if not isinstance(value, tuple):
        value = (value,)
    sign = (_text(reference) or " ")[0].upper()
    parts = [_number(part, least=0, most=most) for part in value[:3]]
    if sign not in signs or parts[0] is None:
        return None
    minutes, seconds = (*(part or 0.0 for part in parts[1:]), 0.0, 0.0)[:2]
    degrees = parts[0] + minutes / 60 + seconds / 3600
    if minutes > 60 or seconds > 60 or degrees > most:
        return None
    return round(degrees if sign == signs[0] else -degrees, 7) + 0.0


def _altitude(gps: _Directory) -> float | None:
    metres = _number(gps(GPS.GPSAltitude), least=-12_000, most=100_000)
    reference = gps(GPS.GPSAltitudeRef)
    below = reference in (1, 3, b"\1", b"\3")  # 3: below the ellipsoid, since EXIF 3.0
    return _rounded(-metres if below and metres is not None else metres, 2)


def _gps_time(gps: _Directory) -> str | None:
    day = _DAY.fullmatch(_text(gps(GPS.GPSDateStamp)) or "")
    clock = gps(GPS.GPSTimeStamp)
    if day is None or not isinstance(clock, tuple) or len(clock) != 3:
        return None
    hours, minutes, seconds = (
        _number(part, least=0, most=most) for part, most in zip(clock, (23, 59, 60), strict=True)
    )
    if hours is None or minutes is None or seconds is None:
        return None
    with contextlib.suppress(ValueError, OverflowError):
        midnight = datetime.combine(date(*map(int, day.groups())), datetime.min.time())
        moment = midnight + timedelta(hours=hours, minutes=minutes, seconds=int(seconds))
        return moment.isoformat(timespec="seconds") + "Z"
    return None
