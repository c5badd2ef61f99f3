"""Distances and boxes on the Earth."""

from __future__ import annotations

import math

import pytest
from darkroom.search.geography import box_around, kilometres_between
from darkroom.search.requests import Near
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("one", "other", "kilometres"),
    [
        ((52.52, 13.405), (48.8566, 2.3522), 878),  # Berlin, Paris
        ((0, 179.5), (0, -179.5), 111.2),
        ((90, 0), (-90, 0), 20015),
        ((47, 15), (47, 15), 0),
    ],
)
def test_distance_is_that_of_a_map(
    one: tuple[float, float], other: tuple[float, float], kilometres: float
) -> None:
    assert kilometres_between(*one, *other) == pytest.approx(kilometres, rel=0.002)


@given(
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.floats(0.001, 20_000),
    st.floats(0, 360),
    st.floats(0, 1),
)
def test_box_holds_every_point_of_the_circle(
    latitude: float, longitude: float, kilometres: float, bearing: float, part: float
) -> None:
    box = box_around(Near(latitude, longitude, kilometres))
    angle, turn = kilometres * part / 6_371.0088, math.radians(bearing)
    north, east = math.radians(latitude), math.radians(longitude)
    to_north = math.asin(
        math.sin(north) * math.cos(angle) + math.cos(north) * math.sin(angle) * math.cos(turn)
    )
    to_east = east + math.atan2(
        math.sin(turn) * math.sin(angle) * math.cos(north),
        math.cos(angle) - math.sin(north) * math.sin(to_north),
    )
    at_north, at_east = math.degrees(to_north), (math.degrees(to_east) + 540) % 360 - 180
    slack = 1e-6
    assert box.south - slack <= at_north <= box.north + slack
    is_at_a_pole = abs(at_north) > 90 - 1e-4  # where a longitude says nothing
    assert is_at_a_pole or any(
        west - slack <= at_east <= east + slack for west, east in box.longitudes
    )


def test_box_is_in_two_parts_across_the_date_line() -> None:
    (west, end), (start, east) = box_around(Near(0, 179.9, 50)).longitudes
    assert (end, start) == (180, -180)
    assert west == pytest.approx(179.45, abs=0.01)
    assert east == pytest.approx(-179.65, abs=0.01)
