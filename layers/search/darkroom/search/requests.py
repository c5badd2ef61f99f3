"""Requests: what a client may ask for, checked field by field. Whose files it is about is no field.

Nothing of a request is believed but what is of its type and within its bounds; the first thing that
is not is told in a sentence.
"""

from __future__ import annotations

import base64
import json
import math
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from darkroom.http_api import BadRequest, fields_of
from darkroom.kinds import Kind
from darkroom.pipeline.uploads import MAX_KEY_BYTES
from darkroom.search.colours import COLOURS
from darkroom.search.days import first_of, last_of
from darkroom.search.words import Asked, asked
from darkroom.states import Status

MOST_BYTES = 2 << 20
MOST_FILES = 100_000  # that a request names by their numbers
MOST_HITS, USUAL_HITS = 1_000, 200
_MOST_CHARACTERS = 200
_MOST_VALUES = 100
_MOST_KILOMETRES = 20_100  # to the other side of the Earth
MOST_CELLS = 1_024  # of a map: more than a screen has room for
# What is told of the places in a cell, as every engine takes it: a figure, and of which field.
FIGURES_OF_CELL = {
    "south": ("min", "latitude"),
    "north": ("max", "latitude"),
    "west": ("min", "longitude"),
    "east": ("max", "longitude"),
    "latitude": ("avg", "latitude"),
    "longitude": ("avg", "longitude"),
}
NEWEST_OF_CELL = 3  # keys: one of them at least should be no file that was put away
_MOST_DEGREES = {"south": 90, "west": 180, "north": 90, "east": 180}
_EDGES, _LINES = tuple(_MOST_DEGREES), ("rows", "columns")
_LEAST_DEGREES = 0.0001  # some 11 m: cells stay far larger than what a number is rounded by
_LINE = 1e-9
_ORDERS, _ORIENTATIONS = ("newest", "relevance"), ("portrait", "landscape", "square")
_ENDS = tuple(status.value for status in Status if status is not Status.PROCESSING)


@dataclass(frozen=True)
class Near:
    """A circle on the Earth."""

    latitude: float
    longitude: float
    kilometres: float


@dataclass(frozen=True, kw_only=True)
class Window:
    """A part of the world, and the grid on it. With `west` > `east` it has the antimeridian."""

    south: float
    west: float
    north: float
    east: float
    rows: int
    columns: int

    @property
    def degrees_wide(self) -> float:
        """How many degrees of longitude it has."""
        return self.east - self.west + (360 if self.west > self.east else 0)

    @property
    def cell_degrees(self) -> tuple[float, float]:
        """How high and how wide a cell is.

        It is larger by a billionth: what lies on the last line is in the last cell, not behind it.
        """
        height, width = self.north - self.south, self.degrees_wide
        return height / self.rows * (1 + _LINE), width / self.columns * (1 + _LINE)

    @property
    def longitudes(self) -> tuple[tuple[float, float, float], ...]:
        """Its range of longitudes, or the two of them; with each, where its columns begin."""
        if self.west <= self.east:
            return ((self.west, self.east, self.west),)
        return ((self.west, 180.0, self.west), (-180.0, self.east, self.west - 360))


@dataclass(frozen=True)
class Cursor:
    """The place of the last hit of the answer before, in the order of the request."""

    rank: int
    moment: int
    path: str

    def written(self) -> str:
        """As clients pass it on."""
        text = json.dumps([self.rank, self.moment, self.path])
        return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked for. A filter that is empty, or None, is none.

    `values` are by the name of the field in an index; of each, one has to be met. `among` are the
    numbers of the only files that count, and `without` of those that do not: an empty `among` finds
    nothing.
    """

    words: tuple[Asked, ...]
    values: Mapping[str, tuple[str, ...]]
    first: int | None
    last: int | None
    near: Near | None
    among: tuple[int, ...] | None
    without: tuple[int, ...]
    like: str | None
    duplicates: bool
    by_relevance: bool
    limit: int
    after: Cursor | None
    facets: bool
    window: Window | None


def read_request(body: bytes) -> Request:
    """The request in a body.

    Raises:
        BadRequest: it is malformed.
    """
    given = fields_of(body, MOST_BYTES, known=_FIELDS.keys())
    told = {name: _FIELDS[name](name, value) for name, value in given.items()}
    first = first_of(told["from"]) if "from" in told else None
    last = last_of(told["to"]) if "to" in told else None
    if first is not None and last is not None and first > last:
        raise BadRequest("'from' is later than 'to'.")
    if told.get("duplicates") and told.get("like"):
        raise BadRequest("'like' and 'duplicates' cannot be asked for together.")
    if told.get("duplicates") and "map" in told:
        raise BadRequest("'map' and 'duplicates' cannot be asked for together.")
    return Request(
        words=tuple(asked(told.get("text", ""))),
        values={field: values for name, field in _VALUES.items() if (values := told.get(name, ()))},
        first=first,
        last=last,
        near=told.get("near"),
        among=told.get("among"),
        without=told.get("without", ()),
        like=told.get("like"),
        duplicates=told.get("duplicates", False),
        by_relevance=told.get("order") == "relevance",
        limit=told.get("limit", USUAL_HITS),
        after=told.get("after"),
        facets=told.get("facets", False),
        window=told.get("map"),
    )


_NUMBER = struct.Struct(">q")
# The fields that list values, and what they are called in an index.
_VALUES = {
    "kinds": "kind",
    "states": "state",
    "cameras": "camera",
    "lenses": "lens",
    "places": "place",
    "colours": "colour",
    "orientation": "orientation",
}
Check = Callable[[str, Any], Any]


def _text(most: int) -> Check:
    def check(name: str, value: Any) -> str:
        if not isinstance(value, str) or len(value) > most:
            raise BadRequest(f"{name!r} is not a text of at most {most} characters.")
        return value

    return check


def _list(allowed: tuple[str, ...] = ()) -> Check:
    def check(name: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list) or len(value) > _MOST_VALUES:
            raise BadRequest(f"{name!r} is not a list of at most {_MOST_VALUES} texts.")
        return tuple(_one(name, each, allowed) for each in value)

    return check


def _one(name: str, value: Any, allowed: tuple[str, ...]) -> str:
    if not isinstance(value, str):
        raise BadRequest(f"{name!r} is not a list of texts.")
    if allowed and value not in allowed:
        raise BadRequest(f"{value[:50]!r} of {name!r} is none of {', '.join(allowed)}.")
    return value


def _choice(allowed: tuple[str, ...]) -> Check:
    def check(name: str, value: Any) -> str:
        if value not in allowed:
            raise BadRequest(f"{name!r} is none of {', '.join(allowed)}.")
        return str(value)

    return check


def _orientation(name: str, value: Any) -> tuple[str, ...]:
    return (_choice(_ORIENTATIONS)(name, value),)


def _flag(name: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise BadRequest(f"{name!r} is neither true nor false.")
    return value


def _limit(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_HITS:
        raise BadRequest(f"{name!r} is not a whole number from 1 to {MOST_HITS}.")
    return value


def _day(name: str, value: Any) -> str:
    try:
        first_of(value)
    except (TypeError, ValueError):
        raise BadRequest(f"{name!r} is not a day (2024-05-31), a month or a year.") from None
    day: str = value
    return day


def _near(name: str, value: Any) -> Near:
    if not isinstance(value, dict) or value.keys() != {"latitude", "longitude", "kilometres"}:
        raise BadRequest(f"{name!r} does not have latitude, longitude and kilometres.")
    near = Near(**{part: _number(f"{name}.{part}", number) for part, number in value.items()})
    if abs(near.latitude) > 90 or abs(near.longitude) > 180:
        raise BadRequest(f"{name!r} is no place on the Earth.")
    if not 0 < near.kilometres <= _MOST_KILOMETRES:
        raise BadRequest(f"'{name}.kilometres' is not more than 0 and at most {_MOST_KILOMETRES}.")
    return near


def _window(name: str, value: Any) -> Window:
    if not isinstance(value, dict) or value.keys() != {*_EDGES, *_LINES}:
        raise BadRequest(f"{name!r} does not have {', '.join(_EDGES)}, rows and columns.")
    edges = {part: _number(f"{name}.{part}", value[part]) for part in _EDGES}
    if any(abs(edge) > _MOST_DEGREES[part] for part, edge in edges.items()):
        raise BadRequest(f"{name!r} is no part of the Earth.")
    rows, columns = (value[part] for part in _LINES)
    if any(type(line) is not int or line < 1 for line in (rows, columns)) or (
        rows * columns > MOST_CELLS
    ):
        raise BadRequest(f"{name!r} does not have 1 to {MOST_CELLS} cells, in rows and columns.")
    window = Window(rows=rows, columns=columns, **edges)
    if min(window.north - window.south, window.degrees_wide) < _LEAST_DEGREES:
        raise BadRequest(f"{name!r} is less than {_LEAST_DEGREES} degrees high or wide.")
    return window


def _number(name: str, value: Any) -> float:
    try:
        number = math.nan if isinstance(value, bool | str) else float(value)
    except (TypeError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise BadRequest(f"{name!r} is not a number.")
    return number


def _files(name: str, value: Any) -> tuple[int, ...]:
    try:
        numbers = base64.b64decode(value.encode("ascii"), validate=True)
    except (AttributeError, ValueError):
        raise BadRequest(f"{name!r} is not base64 of the numbers of files.") from None
    count, rest = divmod(len(numbers), _NUMBER.size)
    if rest or count > MOST_FILES:
        raise BadRequest(f"{name!r} is not {_NUMBER.size} bytes for each of {MOST_FILES:,} files.")
    return tuple(number for (number,) in _NUMBER.iter_unpack(numbers))


def _cursor(name: str, value: Any) -> Cursor:
    try:
        padded = value.encode("ascii") + b"=" * (-len(value) % 4)
        rank, moment, path = json.loads(base64.b64decode(padded, b"-_", validate=True))
        path.encode("utf-8")
    except (AttributeError, TypeError, ValueError, RecursionError):
        raise BadRequest(f"{name!r} is not a cursor of an answer.") from None
    # JSON's true is an int here, and a moment has to fit where it is compared.
    if not all(type(number) is int and abs(number) < 1 << 53 for number in (rank, moment)):
        raise BadRequest(f"{name!r} is not a cursor of an answer.")
    return Cursor(rank, moment, path)


_FIELDS: dict[str, Check] = {
    "text": _text(_MOST_CHARACTERS),
    "kinds": _list(tuple(kind.value for kind in Kind)),
    "states": _list(_ENDS),
    "cameras": _list(),
    "lenses": _list(),
    "places": _list(),
    "colours": _list(COLOURS),
    "orientation": _orientation,
    "from": _day,
    "to": _day,
    "near": _near,
    "among": _files,
    "without": _files,
    "like": _text(MAX_KEY_BYTES),
    "duplicates": _flag,
    "order": _choice(_ORDERS),
    "limit": _limit,
    "after": _cursor,
    "facets": _flag,
    "map": _window,
}
