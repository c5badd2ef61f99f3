"""EXIF: what the camera wrote, and what Windows and editors wrote beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from darkroom.imaging.metadata.directory import Directory, exif_directory
from darkroom.imaging.metadata.exposure import apex_f_number, apex_seconds, shutter_speed
from darkroom.imaging.metadata.gps import Gps, exif_gps
from darkroom.imaging.metadata.maker_notes import MakerNote, read_maker_note
from darkroom.imaging.metadata.names import camera_name, lens_name
from darkroom.imaging.metadata.text import decoded, first_of, plain_text
from darkroom.imaging.metadata.times import moment, utc_offset
from PIL.ExifTags import IFD, Base

_INTEROPERABILITY_INDEX = 1  # of its own directory
_RATING, _RATING_PERCENT = 0x4746, 0x4749
_MAX_KEYWORDS = 100
_MAX_ISO = 10_000_000
# Windows' own tags: UTF-16, little-endian, whatever the order of the others is.
_XP_TITLE, _XP_COMMENT, _XP_AUTHOR, _XP_KEYWORDS, _XP_SUBJECT = range(0x9C9B, 0x9CA0)
_LENS_SPECIFICATION = 0xA432


@dataclass(frozen=True, slots=True, kw_only=True)
class Exif:
    """The EXIF fields that people look for; None where the file has none, or nonsense."""

    make: str | None = None
    model: str | None = None
    lens_make: str | None = None
    lens_model: str | None = None
    """As EXIF or the maker's note names it, or by focal lengths and apertures."""
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
    """ISO 8601, a day alone or to the second; without an offset it is the camera's local time."""
    gps: Gps | None = None
    title: str | None = None
    """Windows' title; the description is ImageDescription, or Windows' subject or comment."""
    keywords: tuple[str, ...] = ()
    rating: float | None = None
    """0 to 5 stars."""
    description: str | None = None
    artist: str | None = None
    copyright: str | None = None
    orientation: int | None = None
    """1 to 8, as stored; the dimensions of the metadata have it applied already."""

    @property
    def camera(self) -> str | None:
        """One maker's name and the model: `NIKON D90`."""
        return camera_name(self.make, self.model)


def read_exif(block: bytes | None) -> Exif:
    """The fields of an EXIF block, or of a TIFF file. Never raises for what it holds."""
    main = exif_directory(block)
    # Some programs write EXIF's own tags into the first directory, as TIFF/EP does.
    exif = main.branch(IFD.Exif, inherits=True) if IFD.Exif in main.entries else main
    make = main.text(Base.Make) or exif.text(Base.Make)
    note = read_maker_note(exif, make)
    seconds = _seconds(exif)
    return Exif(
        make=make,
        model=main.text(Base.Model) or exif.text(Base.Model),
        lens_make=exif.text(Base.LensMake),
        lens_model=_lens(exif, note),
        software=main.text(Base.Software),
        exposure_seconds=seconds,
        exposure=shutter_speed(seconds),
        f_number=_f_number(exif),
        iso=_iso(exif, note),
        focal_length_mm=_rounded(exif.number(Base.FocalLength, above=0, most=100_000), 2),
        focal_length_35mm=exif.number(Base.FocalLengthIn35mmFilm, above=0, most=100_000),
        flash_fired=_flash_fired(exif.number(Base.Flash, least=0, most=0xFFFF)),
        exposure_bias_ev=_rounded(exif.number(Base.ExposureBiasValue, least=-20, most=20), 2),
        white_balance=_white_balance(exif.number(Base.WhiteBalance, least=0, most=1)),
        taken_at=_taken_at(exif),
        gps=exif_gps(main.branch(IFD.GPSInfo)),
        title=_xp_text(main, _XP_TITLE),
        keywords=_xp_keywords(main),
        rating=_rating(main),
        description=main.text(Base.ImageDescription)
        or _xp_text(main, _XP_SUBJECT)
        or _xp_text(main, _XP_COMMENT),
        artist=main.text(Base.Artist) or _xp_text(main, _XP_AUTHOR),
        copyright=_copyright(main),
        orientation=_orientation(main),
    )


def names_adobe_rgb(block: bytes | None) -> bool:
    """Whether a camera says that its colours are Adobe RGB, which it may do without a profile.

    By the interoperability index R03 (DCF 2.0, 3.4; EXIF 2.32, 4.6.7). Never raises for what the
    block holds.
    """
    exif = exif_directory(block).branch(IFD.Exif)
    return exif.branch(IFD.Interop).text(_INTEROPERABILITY_INDEX) == "R03"


# Exposure


def _seconds(exif: Directory) -> float | None:
    seconds = _rounded(exif.number(Base.ExposureTime, least=1e-6, most=86_400), 7)
    return first_of(seconds, apex_seconds(exif.number(Base.ShutterSpeedValue)))


def _f_number(exif: Directory) -> float | None:
    number = _rounded(exif.number(Base.FNumber, above=0, most=1_000), 2)
    return first_of(number, apex_f_number(exif.number(Base.ApertureValue)))


def _iso(exif: Directory, note: MakerNote) -> int | None:
    iso = exif.number(Base.ISOSpeedRatings, above=0, most=_MAX_ISO)
    if iso is None or iso == 0xFFFF:  # it is a SHORT: higher speeds are in the tags of EXIF 2.3
        for tag in (Base.RecommendedExposureIndex, Base.ISOSpeed, Base.StandardOutputSensitivity):
            higher = exif.number(tag, above=0, most=_MAX_ISO)
            if higher is not None:
                return round(higher)
    if iso is None and note.iso is not None and 0 < note.iso <= _MAX_ISO:
        iso = note.iso
    return None if iso is None else round(iso)


def _flash_fired(flash: float | None) -> bool | None:
    return None if flash is None else bool(int(flash) & 1)


def _white_balance(value: float | None) -> str | None:
    return {0.0: "auto", 1.0: "manual"}.get(value) if value is not None else None


def _orientation(main: Directory) -> int | None:
    # A picture must not be turned by what no other program takes for a number.
    number = main.number(Base.Orientation) if main.text(Base.Orientation) is None else None
    return int(number) if number is not None and number in range(1, 9) else None


def _lens(exif: Directory, note: MakerNote) -> str | None:
    """The lens's name, or what its description says; `----` and the like are no name."""
    name = exif.text(Base.LensModel)
    if name and any(c.isalnum() for c in name):
        return name
    described = [value if value > 0 else None for value in exif.numbers(_LENS_SPECIFICATION)[:4]]
    return note.lens or (lens_name(*described) if len(described) == 4 else None)


def _rounded(number: float | None, digits: int) -> float | None:
    return None if number is None else round(number, digits) + 0.0  # + 0.0: no negative zero


# Words


def _xp_text(main: Directory, tag: int) -> str | None:
    value = (main.raw(tag) or b"").decode("utf-16-le", "ignore")
    return plain_text(value.split("\0", 1)[0])


def _xp_keywords(main: Directory) -> tuple[str, ...]:
    words = map(plain_text, (_xp_text(main, _XP_KEYWORDS) or "").split(";"))
    return tuple(dict.fromkeys(word for word in words if word))[:_MAX_KEYWORDS]


def _rating(main: Directory) -> float | None:
    """Stars. Windows writes them as shares, too: 1, 25, 50, 75, 99 percent."""
    stars = main.number(_RATING, least=0, most=5)
    percent = main.number(_RATING_PERCENT, above=0, most=100)
    return stars if stars is not None or percent is None else 1.0 + round(percent / 25)


def _copyright(main: Directory) -> str | None:
    """The photographer's, or the editor's behind a zero byte (EXIF 2.32, 4.6.5)."""
    holders = (main.raw(Base.Copyright) or b"").split(b"\0")[:2]
    return main.text(Base.Copyright) or plain_text(decoded(holders[-1]))


# Times


def _taken_at(exif: Directory) -> str | None:
    """The time at which the shutter opened or a scan was made; never that of an edit."""
    # The offset of DateTime, the last edit, holds for a picture that was not edited since.
    edited = exif.text(Base.DateTime)
    is_unedited = edited is None or edited == exif.text(Base.DateTimeOriginal)
    for stamp, fraction, *offsets in (
        (
            Base.DateTimeOriginal, Base.SubsecTimeOriginal, Base.OffsetTimeOriginal,
            *([Base.OffsetTime] if is_unedited else []),
        ),
        (Base.DateTimeDigitized, Base.SubsecTimeDigitized, Base.OffsetTimeDigitized),
    ):  # fmt: skip
        digits = re.match(r"[0-9]{1,6}", exif.text(fraction) or "")
        offset = next(filter(None, (utc_offset(exif.text(tag)) for tag in offsets)), None)
        found = moment(exif.text(stamp), fraction=digits and digits[0], offset=offset)
        # A year or a month alone is no moment of a camera, but what is left of a broken field.
        if found and len(found) >= len("2026-07-31"):
            return found
    return None
