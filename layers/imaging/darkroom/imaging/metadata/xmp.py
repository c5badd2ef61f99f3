"""XMP: what editors and stock agencies wrote, read from XML nobody can trust."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from darkroom.imaging.metadata.text import plain_text

if TYPE_CHECKING:
    from xml.etree import ElementTree

_MAX_BYTES = 1 << 20
_MAX_LISTED = 100
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ORIENTATION = re.compile(rb"tiff:Orientation(?:\s*=\s*[\"']|>)\s*([1-8])")
_DATE = re.compile(
    r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])"
    r"(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?)?)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Xmp:
    """The XMP fields; None, or an empty tuple, where the packet has no such property."""

    title: str | None = None
    description: str | None = None
    creators: tuple[str, ...] = ()
    rights: str | None = None
    keywords: tuple[str, ...] = ()
    rating: float | None = None
    """0 to 5 stars; -1 means rejected."""
    created_at: str | None = None
    """ISO 8601, as exact as written: `2024`, or to the second with its offset."""


def read_xmp(packet: bytes | None) -> Xmp:
    """The fields of a packet. Never raises: XML not well-formed, or over 1 MiB, reads as empty.

    A document type is refused before parsing: XMP has no use for one, and entities are how a
    few hundred bytes of XML become gigabytes.
    """
    if packet is None or len(packet) > _MAX_BYTES:
        return Xmp()
    text = _decoded(packet)
    text = text[text.find("<") : text.rfind(">") + 1]
    if "<!doctype" in text.lower() or "<!entity" in text.lower():
        return Xmp()
    from xml.etree import ElementTree  # 3 ms of a cold start that few photos need

    try:
        root = ElementTree.fromstring(text)  # noqa: S314 — bounded, and no entity can be declared
    except (ElementTree.ParseError, ValueError):  # ValueError: lone surrogates
        return Xmp()
    described = list(root.iter(f"{_RDF}Description"))
    return Xmp(
        title=_first(described, f"{_DC}title"),
        description=_first(described, f"{_DC}description"),
        creators=_listed(described, f"{_DC}creator"),
        rights=_first(described, f"{_DC}rights"),
        keywords=_listed(described, f"{_DC}subject"),
        rating=_rating(_first(described, f"{_XMP}Rating")),
        created_at=_date(_first(described, f"{_XMP}CreateDate")),
    )


def orientation_in(packet: bytes | None) -> int | None:
    """EXIF's number for the orientation, 1 to 8, found without parsing; None if it is not there."""
    found = _ORIENTATION.search(packet or b"")
    return int(found[1]) if found else None


def _decoded(packet: bytes) -> str:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if packet.startswith(mark):
            return packet[2:].decode(encoding, "replace")
    try:
        return packet.decode("utf-8-sig")
    except UnicodeDecodeError:
        return packet.decode("latin-1")


def _values(described: list[ElementTree.Element], name: str) -> Iterator[str]:
    """The values of a property, in any of RDF's spellings: attribute, text, or a list of items."""
    for description in described:
        attribute = plain_text(description.get(name, ""))
        if attribute:
            yield attribute
        for element in description.iterfind(name):
            items = list(element.iter(f"{_RDF}li")) or [element]
            # Of alternatives in several languages, the default comes first.
            for item in sorted(items, key=lambda item: item.get(_LANG) != "x-default"):
                text = plain_text(item.text or "")
                if text:
                    yield text


def _first(described: list[ElementTree.Element], name: str) -> str | None:
    return next(_values(described, name), None)


def _listed(described: list[ElementTree.Element], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_values(described, name)))[:_MAX_LISTED]


def _rating(text: str | None) -> float | None:
    try:
        rating = float(text or "")
    except ValueError:
        return None
    return rating if math.isfinite(rating) and -1 <= rating <= 5 else None


def _date(text: str | None) -> str | None:
    return text if text and _DATE.fullmatch(text) else None
