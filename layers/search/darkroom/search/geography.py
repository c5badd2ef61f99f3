"""Distances on the Earth, taken for a sphere: half a percent from what a surveyor measures."""

from __future__ import annotations

import math
from dataclasses import dataclass

from darkroom.search.requests import Near

_RADIUS_KILOMETRES = 6_371.0088  # the mean one (IUGG)
_ROUNDING = 1e-9  # degrees


@dataclass(frozen=True)
class Box:
    """Degrees: a range of latitudes, and one range of longitudes, or two across the date line."""

    south: float
    north: float
    longitudes: tuple[tuple[float, float], ...]


def kilometres_between(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> float:
    """The distance of two places (haversine)."""
    north, other_north = math.radians(latitude), math.radians(other_latitude)
    half_up = (other_north - north) / 2
    half_along = math.radians(other_longitude - longitude) / 2
    chord = (
        math.sin(half_up) ** 2 + math.cos(north) * math.cos(other_north) * math.sin(half_along) ** 2
    )
    return 2 * _RADIUS_KILOMETRES * math.asin(math.sqrt(min(1.0, chord)))


def box_around(near: Near) -> Box:
    """The smallest box that holds a circle."""
    angle = near.kilometres / _RADIUS_KILOMETRES
    reach = math.degrees(angle) + _ROUNDING
    south, north = near.latitude - reach, near.latitude + reach
    everywhere = ((-180.0, 180.0),)
    if south <= -90 or north >= 90:  # it holds a pole, and so every longitude
        return Box(max(south, -90.0), min(north, 90.0), everywhere)
    # Of a circle's points the one farthest west is not the one straight west of its centre.
    wide = math.degrees(math.asin(math.sin(angle) / math.cos(math.radians(near.latitude))))
    west, east = near.longitude - wide - _ROUNDING, near.longitude + wide + _ROUNDING
    if east - west >= 360:
        return Box(south, north, everywhere)
    if west < -180:
        return Box(south, north, ((west + 360, 180.0), (-180.0, east)))
    if east > 180:
        return Box(south, north, ((west, 180.0), (-180.0, east - 360)))
    return Box(south, north, ((west, east),))
