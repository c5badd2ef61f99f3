"""Documents: what of a record can be asked for. Nothing here reads or writes anything."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from darkroom.kinds import Kind
from darkroom.pipeline.uploads import path_of
from darkroom.search.colours import colour_name
from darkroom.search.days import milliseconds, year_of
from darkroom.search.words import words_of

if TYPE_CHECKING:
    from darkroom.model import ImageItem

# The folder that the page puts each upload in; it is no name that anybody gave.
_OWN_FOLDER = re.compile(r"\d{8}T\d{6}(?:\d{3})?-[0-9a-f]{12}/")
_HASH = re.compile(r"[0-9a-f]{16}", re.ASCII)
_MOST_NAMES, _MOST_WORDS = 500, 2_000
_MOST_CHARACTERS = 20_000  # of one text
_LONGEST_VALUE = 200  # characters of a camera's, a lens's or a place's name
_LARGEST = 2**63 - 1
_FLAT_BITS = 1
_SIGN = 1 << 63
_PLACES = ("town", "region", "country")
# Where a picture's details have words, by block.
_NAMES = (
    ("exif", ("title", "keywords")),
    ("xmp", ("title", "headline", "keywords", "tags")),
    ("iptc", ("title", "headline", "keywords")),
    ("png", ("title",)),
)
_DESCRIPTIONS = (
    ("exif", ("description",)),
    ("xmp", ("description",)),
    ("iptc", ("caption", "city", "country")),
    ("png", ("description", "comment")),
)


@dataclass(frozen=True, kw_only=True)
class Document:
    """What an index holds of a file. `path` is its key below the owner's folder.

    `names` are the words of its name, title and keywords; `words` are all, those among them.
    `moment` is when it was taken, by the camera's clock, or else when it was uploaded, in
    milliseconds since 1970.
    """

    path: str
    names: tuple[str, ...]
    words: tuple[str, ...]
    kind: str
    state: str
    moment: int
    year: str
    bytes: int
    width: int | None = None
    height: int | None = None
    camera: str | None = None
    lens: str | None = None
    places: tuple[str, ...] = ()
    colour: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    fingerprint: int | None = None
    """The 64 bits of its perceptual hash."""

    @property
    def orientation(self) -> str | None:
        """How it lies: `landscape`, `portrait` or `square`."""
        if not self.width or not self.height:
            return None
        if self.width == self.height:
            return "square"
        return "landscape" if self.width > self.height else "portrait"


def document_of(item: ImageItem, details: Mapping[str, Any] | None) -> Document:
    """The document of a record that has ended; `details` is what its details document holds."""
    metadata: Mapping[str, Any] = item.get("metadata", {})
    path = path_of(item["identity_id"], item["image"])
    camera, lens = _value(metadata.get("camera")), _value(metadata.get("lens"))
    place = metadata.get("place")
    places = tuple(
        dict.fromkeys(
            filter(None, (_value(place.get(name)) for name in _PLACES))
            if isinstance(place, Mapping)
            else ()
        )
    )
    told = details or {}
    named = [_OWN_FOLDER.sub("", path, count=1), metadata.get("title"), *_texts(told, _NAMES)]
    other = [camera, lens, *places, *_texts(told, _DESCRIPTIONS), *_columns(told)]
    names = _words(named, _MOST_NAMES)
    moment = _moment(item, metadata)
    latitude, longitude = _degrees(metadata, 90, "latitude"), _degrees(metadata, 180, "longitude")
    is_placed = latitude is not None and longitude is not None
    return Document(
        path=path,
        names=names,
        words=tuple(dict.fromkeys(chain(names, _words(other, _MOST_WORDS)))),
        kind=str(item.get("kind", Kind.PICTURE)),
        state=str(item["status"]),
        moment=moment,
        year=year_of(moment),
        bytes=_whole(item["bytes"]) or 0,
        width=_whole(item.get("width")),
        height=_whole(item.get("height")),
        camera=camera,
        lens=lens,
        places=places,
        colour=colour_name(str(item.get("dominant_colour", ""))),
        latitude=latitude if is_placed else None,
        longitude=longitude if is_placed else None,
        fingerprint=_fingerprint(item),
    )


def number_of(path: str) -> int:
    """The number that stands for a path in sets of documents: 64 bits of its SHA-256."""
    return int.from_bytes(hashlib.sha256(path.encode()).digest()[:8], "big", signed=True)


def signed(bits: int) -> int:
    """64 bits as a signed integer holds them. Two differ in as many bits as before."""
    return bits - (bits & _SIGN) * 2


def _moment(item: ImageItem, metadata: Mapping[str, Any]) -> int:
    taken = metadata.get("taken_at")
    found = milliseconds(taken) if isinstance(taken, str) else None
    return found if found is not None else milliseconds(item["uploaded_at"]) or 0


def _fingerprint(item: ImageItem) -> int | None:
    """The perceptual hash. A flat picture shows nothing to compare: its colour stands for it."""
    written = item.get("perceptual_hash", "")
    if not _HASH.fullmatch(written):
        return None
    found = int(written, 16)
    if found.bit_count() > _FLAT_BITS:
        return found
    colour = str(item.get("dominant_colour", ""))
    return int.from_bytes(hashlib.sha256(colour.encode()).digest()[:8], "big")


def _texts(
    details: Mapping[str, Any], where: Iterable[tuple[str, tuple[str, ...]]]
) -> Iterator[Any]:
    for block, names in where:
        told = details.get(block)
        if isinstance(told, Mapping):
            for name in names:
                value = told.get(name)
                yield from value if isinstance(value, list) else (value,)


def _columns(details: Mapping[str, Any]) -> Iterator[Any]:
    """The names of a table's columns, and what its columns of text hold most often."""
    columns = details.get("columns")
    if not isinstance(columns, list):
        return
    known = [column for column in columns if isinstance(column, Mapping)]
    yield from (column.get("name") for column in known)
    for column in known:
        frequent = column.get("frequent")
        if column.get("type") == "text" and isinstance(frequent, list):
            yield from (entry.get("value") for entry in frequent if isinstance(entry, Mapping))


def _words(texts: Iterable[Any], most: int) -> tuple[str, ...]:
    found = chain.from_iterable(
        words_of(text[:_MOST_CHARACTERS]) for text in texts if isinstance(text, str)
    )
    return tuple(dict.fromkeys(islice(found, most)))


def _value(value: Any) -> str | None:
    text = value.strip()[:_LONGEST_VALUE] if isinstance(value, str) else ""
    return text or None


def _whole(value: Any) -> int | None:
    """A number as a file says it may have no place in an index; then it counts as not known."""
    number = int(value) if value is not None else None
    return number if number is not None and 0 <= number <= _LARGEST else None


def _degrees(metadata: Mapping[str, Any], most: float, name: str) -> float | None:
    value = metadata.get(name)
    number = float(value) if value is not None else math.nan
    return number if abs(number) <= most else None
