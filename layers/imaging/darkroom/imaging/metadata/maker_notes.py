"""Lens and ISO from the notes of camera makers, who have no other place for them in older cameras.

Each note is a directory of its maker's own. What its tags mean is known from exiftool's and Exiv2's
documentation of tags. Lenses that a note names by a number only are described by their focal
lengths and apertures, for a list of all lenses would be wrong for every lens made later.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from darkroom.imaging.metadata.directory import Directory, Order, directory_at
from darkroom.imaging.metadata.names import lens_name
from PIL.ExifTags import Base

_MAX_BYTES = 1 << 20
_MAX_ENTRIES = 255  # more of them are a sign of the other byte order
_CANON_SETTINGS, _CANON_SHOT = 0x0001, 0x0004
_CANON_ISO = {16: 50.0, 17: 100.0, 18: 200.0, 19: 400.0, 20: 800.0}
_CANON_MAX_STEPS = 512


@dataclass(frozen=True, slots=True)
class MakerNote:
    """What a note tells that EXIF's own tags may lack."""

    lens: str | None = None
    iso: float | None = None


@dataclass(frozen=True, slots=True)
class _Note:
    """A note within the data of its EXIF block."""

    data: bytes
    start: int
    end: int
    order: Order

    def begins_with(self, signature: bytes) -> bool:
        return self.data.startswith(signature, self.start, self.end)

    def directory(self, at: int) -> Directory:
        """The directory at `at` of the note, whose offsets count from EXIF's header."""
        found = directory_at(self.data, self.start + at, self._order(at))
        apart = [entry for entry in found.entries.values() if entry.is_apart]
        inside = [entry for entry in apart if self.start <= entry.start <= entry.end <= self.end]
        return found if 2 * len(inside) >= len(apart) else self.moved_directory(at)

    def moved_directory(self, at: int) -> Directory:
        """The same in a note that an editor moved, with its offsets left as they were.

        Values follow their directory, so the first of them tells by how much.
        """
        start, order = self.start + at, self._order(at)
        first = min(
            (entry.start for entry in directory_at(self.data, start, order).entries.values()
             if entry.is_apart),
            default=0,
        )  # fmt: skip
        after = start + 2 + 12 * _word(self.data, start, order) + 4
        return directory_at(self.data, start, order, base=after - first)

    def _order(self, at: int) -> Order:
        """The byte order, which an editor may have changed around the note."""
        other: Order = ">" if self.order == "<" else "<"
        counts = [_word(self.data, self.start + at, order) for order in (self.order, other)]
        return other if counts[0] > _MAX_ENTRIES >= counts[1] else self.order

    def alone(self, header: int = 0) -> bytes:
        """The bytes of a note, whose offsets count from `header` of it."""
        return self.data[self.start + header : self.end]


def read_maker_note(exif: Directory, make: str | None) -> MakerNote:
    """Lens and ISO of the note in an EXIF directory. Never raises for what it holds."""
    span = exif.span(Base.MakerNote)
    if span is None:
        return MakerNote()
    note = _Note(exif.data, span[0], min(span[1], span[0] + _MAX_BYTES), exif.order)
    for signature, reader in _SIGNATURES.items():
        if note.begins_with(signature):
            return reader(note)
    for maker, reader in _WITHOUT_SIGNATURE.items():
        if (make or "").lower().startswith(maker):
            return reader(note)
    return MakerNote()


# Canon


def _canon(note: _Note) -> MakerNote:
    tags = note.directory(0)
    if not _canon_numbers(tags, _CANON_SETTINGS):
        tags = note.moved_directory(0)
    settings, shot = _canon_numbers(tags, _CANON_SETTINGS), _canon_numbers(tags, _CANON_SHOT)
    units = _at(settings, 25) or 1  # of a millimetre
    focal = [length / units if (length := _at(settings, index)) else None for index in (24, 23)]
    return MakerNote(
        lens=(_named(tags.text(0x0095)) if settings else None) or lens_name(*focal),
        iso=_canon_iso(_at(settings, 16), _at(shot, 1), _at(shot, 2)),
    )


def _canon_numbers(tags: Directory, tag: int) -> tuple[float, ...]:
    """A list of numbers of 16 bits, the first of which must be its size in bytes."""
    numbers = tags.numbers(tag)
    return numbers if numbers and numbers[0] == 2 * len(numbers) else ()


def _canon_iso(code: float | None, auto: float | None, base: float | None) -> float | None:
    """The ISO that was set, or of an automatic one the base and the share of it.

    The latter are logarithms in 32nds.
    """
    if code is not None and 0x4000 < code < 0x7FFF:
        return float(int(code) & 0x3FFF)
    if code is not None and code in _CANON_ISO:
        return _CANON_ISO[int(code)]
    if auto is None or not base or max(auto, base) > _CANON_MAX_STEPS:
        return None
    return 100 * 2 ** (auto / 32) * 2 ** (base / 32) / 32


# Nikon


def _nikon(note: _Note) -> MakerNote:
    """A whole TIFF of its own stands behind ten bytes."""
    data = note.alone(10)
    order: Order = "<" if data[:2] == b"II" else ">"
    return _nikon_tags(directory_at(data, int.from_bytes(data[4:8], _WORDS[order]), order))


def _nikon_old(note: _Note) -> MakerNote:
    return _nikon_tags(note.directory(0))


def _nikon_oldest(_: _Note) -> MakerNote:
    """Of the first Coolpix, whose tags have other meanings: nothing."""
    return MakerNote()


def _nikon_tags(tags: Directory) -> MakerNote:
    lens = lens_name(*_finite(tags.numbers(0x0084), 4))
    kind = int(tags.number(0x0083, least=0, most=255) or 0)
    marks = ("G" if kind & 4 else "D" if kind & 2 else "") + (" VR" if kind & 8 else "")
    iso = _at(tags.numbers(0x0002), 1)
    steps = _at(tags.numbers(0x0025), 0)
    if not iso and steps:
        iso = 100 * 2 ** (steps / 12 - 5)
    return MakerNote(lens=lens and lens + marks, iso=iso)


# Sony


def _sony(note: _Note) -> MakerNote:
    return _sony_tags(note.directory(12))


def _sony_old(note: _Note) -> MakerNote:
    return _sony_tags(note.directory(0))


def _sony_tags(tags: Directory) -> MakerNote:
    """The lens in eight bytes: its mount, then numbers of decimal digits, half a byte for each."""
    spec = tags.raw(0xB02A) or b""
    if len(spec) != 8 or not spec.hex()[2:14].isdigit():
        return MakerNote()
    shortest, longest = int(spec[1:3].hex()), int(spec[3:5].hex())
    widest, at_longest = int(spec[5:6].hex()) / 10, int(spec[6:7].hex()) / 10
    mount = {1: "DT ", 2: "FE ", 3: "E "}.get(spec[0] & 3, "")
    lens = lens_name(shortest, longest, widest, at_longest)
    return MakerNote(lens=lens and mount + lens)


# Fujifilm, Olympus, Panasonic


def _fujifilm(note: _Note) -> MakerNote:
    """Always little-endian; the offset of its directory follows its signature."""
    data = note.alone()
    tags = directory_at(data, int.from_bytes(data[8:12], "little"), "<")
    return MakerNote(lens=lens_name(*(tags.number(tag) for tag in range(0x1404, 0x1408))))


def _olympus(note: _Note) -> MakerNote:
    """Offsets count from the note, at whose bytes 8 and 9 its byte order stands."""
    data = note.alone()
    at = data.find(b"II", 6, 14)
    order: Order = "<" if at > 0 else ">"
    at = at if at > 0 else data.find(b"MM", 6, 14)
    return _olympus_tags(directory_at(data, at + 4, order)) if at > 0 else MakerNote()


def _olympus_old(note: _Note) -> MakerNote:
    return _olympus_tags(note.directory(8))


def _olympus_tags(tags: Directory) -> MakerNote:
    span = tags.span(0x2010)
    is_inside = span is not None and span[1] - span[0] > 4  # older cameras: a block, no offset
    equipment = (
        directory_at(tags.data, span[0], tags.order)
        if span is not None and is_inside
        else tags.branch(0x2010)
    )
    focal = (equipment.number(0x0207), equipment.number(0x0208))
    apertures = (equipment.number(tag, above=0, most=0x1400) for tag in (0x0205, 0x0206))
    widest = [None if step is None else 2 ** (step / 512) for step in apertures]
    steps = tags.number(0x1001, least=-5, most=20)
    return MakerNote(
        lens=_named(equipment.text(0x0203)) or lens_name(*focal, *widest),
        iso=None if steps is None else 100 * 2 ** (steps - 5),
    )


def _panasonic(note: _Note) -> MakerNote:
    tags = note.directory(12)
    return MakerNote(
        lens=_named(tags.text(0x0051)), iso=tags.number(0x00D1, above=0, most=0xFFFF_FF00)
    )


# Casio, Kodak, Pentax: the ISO speed alone, for their lenses are fixed or numbers


def _casio(note: _Note) -> MakerNote:
    return MakerNote(iso=note.directory(6).number(0x3014, above=0))


def _kodak(note: _Note) -> MakerNote:
    """No directory, but a number at its place."""
    order: Order = ">" if note.begins_with(b"KDK INFO") else "<"
    return MakerNote(iso=_word(note.alone(), 0x68, order) or None)


def _numbered(note: _Note) -> MakerNote:
    """Of compact cameras of Casio and Pentax. Numbers below 50 are codes."""
    return MakerNote(iso=note.directory(0).number(0x0014, least=50))


# In this order: a longer signature goes before one that it begins with.
_SIGNATURES: dict[bytes, Callable[[_Note], MakerNote]] = {
    b"Nikon\0\2": _nikon,
    b"Nikon\0\1": _nikon_oldest,
    b"SONY ": _sony,
    b"FUJIFILM": _fujifilm,
    b"GENERALE": _fujifilm,
    b"OLYMPUS\0": _olympus,
    b"OM SYSTEM\0": _olympus,
    b"OLYMP\0": _olympus_old,
    b"Panasonic\0": _panasonic,
    b"QVC\0\0\0": _casio,
    b"KDK": _kodak,
}
_WITHOUT_SIGNATURE: dict[str, Callable[[_Note], MakerNote]] = {
    "asahi": _numbered,
    "canon": _canon,
    "casio": _numbered,
    "nikon": _nikon_old,
    "sony": _sony_old,
}
_WORDS: dict[Order, Literal["little", "big"]] = {"<": "little", ">": "big"}


def _word(data: bytes, at: int, order: Order) -> int:
    return int.from_bytes(data[at : at + 2], _WORDS[order])


def _at(numbers: tuple[float, ...], index: int) -> float | None:
    return numbers[index] if index < len(numbers) and math.isfinite(numbers[index]) else None


def _finite(numbers: tuple[float, ...], count: int) -> tuple[float | None, ...]:
    return tuple(_at(numbers, index) for index in range(count))


def _named(text: str | None) -> str | None:
    """A lens's name; None for what cameras write without one: `NO-LENS`, `----`, `Manual`."""
    return text if text and any(c.isdigit() for c in text) else None
