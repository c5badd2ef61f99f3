"""The name of a place: where the nearest town lies, and which town people would say it is."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from darkroom.places.towns import Town, Towns

FILE = Path(__file__).with_name("towns.bin")
# A town further off says little: at sea nobody would name it, and on land its country is another
# one too often (docs/decisions.md has how often).
MOST_KM = 50.0
# Further off than this a town gives its country and its region, and not its name.
MOST_KM_OF_TOWN = 20.0
# What of a town counts as within it: a disc in which its residents live as closely as this.
_RESIDENTS_PER_SQUARE_KM = 10_000


class Place(TypedDict, total=False):
    """What is known of a place, in English where there is an English name."""

    country_code: str
    """ISO 3166-1, two letters."""
    country: str
    region: str
    """The state, province or canton."""
    town: str


def place_of(latitude: Any, longitude: Any) -> Place:
    """The names of a place given in degrees; empty without a town near, or for no such place."""
    if not (_within(latitude, 90) and _within(longitude, 180)):
        return {}
    near = list(_towns().near(latitude, longitude, MOST_KM))
    if not near:
        return {}
    # The nearest one tells country and region: of Jersey City and New York, which is larger.
    nearest = min(near, key=lambda town: town.kilometres)
    place = Place(country_code=nearest.country_code, country=nearest.country)
    if nearest.region:
        place["region"] = nearest.region
    town = min((town for town in near if town.area == nearest.area), key=_remoteness)
    if _remoteness(town) <= MOST_KM_OF_TOWN**2:
        place["town"] = town.name
    return place


def _remoteness(town: Town) -> float:
    """How far it is to a town's disc, so that a city goes before the quarters within it.

    The power of a point with respect to a circle, in square kilometres; below 0 inside.
    """
    return town.kilometres**2 - town.residents / (math.pi * _RESIDENTS_PER_SQUARE_KM)


def _within(degrees: Any, most: int) -> bool:
    is_number = isinstance(degrees, int | float) and not isinstance(degrees, bool)
    return is_number and -most <= degrees <= most  # what is no number at all is not within


@cache
def _towns() -> Towns:
    from darkroom.places.towns import (
        Towns,
    )  # most files need none of it

    return Towns(FILE)
