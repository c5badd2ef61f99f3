"""Towns in a file that is looked into where it lies: only what is near is read.

Numbers are little-endian, as are both processors that functions run on. Behind the head (_HEAD) are
columns with a value for each town, then two texts: the names of the towns, one after the other, and
the areas as JSON. Towns are in order of their band, a tenth of a degree of latitude wide, and of
their longitude.
"""

from __future__ import annotations

import json
import math
import mmap
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import Literal, NamedTuple

_Kind = Literal["i", "I", "H"]  # of a column's numbers, as `struct` names them
_MAGIC = b"towns/1\n"
_HEAD = struct.Struct("<8sIII")  # magic; how many towns; bytes of their names and of the areas
_BANDS_PER_DEGREE = 10
_BANDS = 180 * _BANDS_PER_DEGREE + 1  # the last one is the pole itself
_PER_DEGREE = 100_000  # of a whole number of the file: about a metre
_EARTH_KM = 6371.0088  # mean radius (IUGG)
_KM_PER_DEGREE = math.radians(1) * _EARTH_KM


class Town(NamedTuple):
    """A town and how far it is from where one asks."""

    name: str
    residents: int
    area: int
    """Its country and region, as a number."""
    country_code: str
    country: str
    region: str | None
    kilometres: float


class Listed(NamedTuple):
    """A town as it goes into the file."""

    latitude: float
    longitude: float
    name: str
    residents: int
    country_code: str
    country: str
    region: str | None


class Towns:
    """The towns of a file that `write` made."""

    def __init__(self, path: Path) -> None:
        with path.open("rb") as file:
            data = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        magic, count, of_names, of_areas = _HEAD.unpack_from(data)
        if magic != _MAGIC:
            raise ValueError(f"{path} is no file of towns")
        at = _HEAD.size

        def column(kind: _Kind, values: int) -> memoryview[int]:
            nonlocal at
            start, at = at, at + values * struct.calcsize(f"={kind}")
            return data[start:at].cast(kind)

        self._starts = column("I", _BANDS + 1)
        self._latitudes = column("i", count)
        self._longitudes = column("i", count)
        self._residents = column("I", count)
        self._areas = column("H", count)
        self._name_starts = column("I", count + 1)
        self._names = data[at : at + of_names]
        self._area_names = json.loads(bytes(data[at + of_names : at + of_names + of_areas]))

    def near(self, latitude: float, longitude: float, kilometres: float) -> Iterator[Town]:
        """The towns within a distance, in no order. Degrees within ±90 and ±180."""
        height = kilometres / _KM_PER_DEGREE
        furthest = math.cos(math.radians(min(90.0, abs(latitude) + height)))
        # Where a circle of latitude is short, all of it.
        width = min(180.0, height / furthest) if furthest > 0.01 else 180.0
        for band in range(_band(latitude - height), _band(latitude + height) + 1):
            start, end = self._starts[band], self._starts[band + 1]
            for turn in (-360, 0, 360):  # what is across the date line is a turn away
                west, east = longitude + turn - width, longitude + turn + width
                first = bisect_left(self._longitudes, west * _PER_DEGREE, start, end)
                last = bisect_right(self._longitudes, east * _PER_DEGREE, first, end)
                for town in range(first, last):
                    there = self._latitudes[town], self._longitudes[town]
                    away = _kilometres(latitude, longitude, *(n / _PER_DEGREE for n in there))
                    if away <= kilometres:
                        yield self._town(town, away)

    def _town(self, town: int, kilometres: float) -> Town:
        name = self._names[self._name_starts[town] : self._name_starts[town + 1]]
        area = self._areas[town]
        country_code, country, region = self._area_names[area]
        return Town(
            bytes(name).decode(),
            self._residents[town],
            area,
            country_code,
            country,
            region,
            kilometres,
        )


def write(towns: Iterable[Listed], path: Path) -> None:
    """Write the file of these towns; the same towns give the same bytes, in whatever order."""
    listed = sorted(towns, key=_order)
    areas = sorted({_area(town) for town in listed})
    number = {area: at for at, area in enumerate(areas)}
    per_band = [0] * _BANDS
    for town in listed:
        per_band[_band(town.latitude)] += 1
    names = [town.name.encode() for town in listed]
    columns: tuple[tuple[_Kind, list[int]], ...] = (
        ("I", list(accumulate(per_band, initial=0))),
        ("i", [round(town.latitude * _PER_DEGREE) for town in listed]),
        ("i", [round(town.longitude * _PER_DEGREE) for town in listed]),
        ("I", [town.residents for town in listed]),
        ("H", [number[_area(town)] for town in listed]),
        ("I", list(accumulate(map(len, names), initial=0))),
    )
    told = [(code, country, region or None) for code, country, region in areas]
    text, area_text = b"".join(names), json.dumps(told, ensure_ascii=False).encode()
    with path.open("wb") as file:
        file.write(_HEAD.pack(_MAGIC, len(listed), len(text), len(area_text)))
        for kind, values in columns:
            file.write(struct.pack(f"<{len(values)}{kind}", *values))
        file.write(text + area_text)


def _order(town: Listed) -> tuple[int, float, float, str, int, tuple[str, str, str]]:
    band = _band(town.latitude)
    return band, town.longitude, town.latitude, town.name, town.residents, _area(town)


def _area(town: Listed) -> tuple[str, str, str]:
    return town.country_code, town.country, town.region or ""


def _band(latitude: float) -> int:
    return max(0, min(_BANDS - 1, math.floor((latitude + 90) * _BANDS_PER_DEGREE)))


def _kilometres(latitude: float, longitude: float, other: float, other_longitude: float) -> float:
    """The way between two places on a sphere (haversine)."""
    here, there = math.radians(latitude), math.radians(other)
    across = math.sin(math.radians(other_longitude - longitude) / 2)
    along = math.sin((there - here) / 2)
    chord = along**2 + math.cos(here) * math.cos(there) * across**2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, chord)))
