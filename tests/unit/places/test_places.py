"""The names of places. Coordinates are those that encyclopedias give, not those of the data set."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from darkroom.places import place_of
from darkroom.places.naming import FILE, MOST_KM
from darkroom.places.towns import Listed, Towns, write

from local.paths import LAYERS, ROOT

KNOWN = {
    "the Eiffel Tower": (48.8583, 2.2945, ("FR", "France", "Île-de-France", "Paris")),
    "the Brandenburg Gate": (52.5163, 13.3777, ("DE", "Germany", "State of Berlin", "Berlin")),
    "Sanssouci": (52.4042, 13.0385, ("DE", "Germany", "Brandenburg", "Potsdam")),
    "Sydney Opera House": (-33.8568, 151.2153, ("AU", "Australia", "New South Wales", "Sydney")),
    "Machu Picchu": (-13.1633, -72.5456, ("PE", "Peru", "Cuzco Department", "Machupicchu")),
    "Uluru": (-25.345, 131.0361, ("AU", "Australia", "Northern Territory", "Yulara")),
    "Table Mountain": (-33.9628, 18.4098, ("ZA", "South Africa", "Western Cape", "Cape Town")),
    "Tokyo Tower": (35.6586, 139.7454, ("JP", "Japan", "Tokyo", "Tokyo")),
    "the Taj Mahal": (27.175, 78.0419, ("IN", "India", "Uttar Pradesh", "Agra")),
    "Gyeongbokgung": (37.5797, 126.9770, ("KR", "South Korea", "Seoul", "Seoul")),
    "Christ the Redeemer": (
        -22.9519, -43.2106, ("BR", "Brazil", "Rio de Janeiro", "Rio de Janeiro"),
    ),
}  # fmt: skip
# Both sides of a border, some kilometres apart.
BORDERS = {
    "Konstanz": (47.6633, 9.1753, "DE"),
    "Kreuzlingen": (47.6458, 9.1783, "CH"),
    "Basel": (47.5476, 7.5896, "CH"),
    "Saint-Louis": (47.59, 7.5600, "FR"),
    "Niagara Falls, Ontario": (43.0896, -79.0849, "CA"),
    "Niagara Falls, New York": (43.0962, -79.0377, "US"),
    "Saint Peter's": (41.9022, 12.4533, "VA"),
    "the Colosseum": (41.8902, 12.4922, "IT"),
    "Gorizia": (45.9352, 13.6194, "IT"),
    "Nova Gorica": (45.9558, 13.6433, "SI"),
    "Woodlands, Singapore": (1.4360, 103.7860, "SG"),
    "Johor Bahru": (1.4655, 103.7578, "MY"),
}
NOWHERE = {
    "the middle of the Atlantic": (30.0, -40.0),
    "Point Nemo": (-48.8767, -123.3933),
    "the North Pole": (90.0, 0.0),
    "the South Pole": (-90.0, 180.0),
    "the date line at sea": (0.0, -180.0),
}
NO_PLACE: list[tuple[Any, Any]] = [
    (math.nan, 2.0), (48.0, math.nan), (math.inf, 0.0), (0.0, -math.inf), (91.0, 2.0),
    (-90.1, 2.0), (48.0, 180.1), (48.0, -181.0), ("48.85", "2.29"), (None, None), (48.8, None),
    (True, True), ([48.8], 2.3), (10**400, 1),
]  # fmt: skip
# Made up, around the date line and where circles of latitude are short.
_TOWNS = [
    Listed(-16.80, 179.99, "West", 900, "FJ", "Fiji", "Northern"),
    Listed(-16.80, -179.90, "East", 5000, "FJ", "Fiji", "Northern"),
    Listed(-16.50, -179.99, "Across", 800, "FJ", "Fiji", None),
    Listed(89.95, 10.0, "Ice", 10, "XX", "Ice", None),
    Listed(-89.99, -100.0, "Station", 10, "AQ", "Antarctica", None),
    Listed(0.0, 0.0, "Null", 1, "GH", "Ghana", "Western"),
    Listed(-90.0, 0.0, "Pole", 1, "AQ", "Antarctica", None),
    Listed(90.0, 0.0, "Top", 1, "XX", "Ice", None),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Towns:
    path = tmp_path_factory.mktemp("towns") / "towns.bin"
    write(_TOWNS, path)
    return Towns(path)


def found(towns: Towns, latitude: float, longitude: float, kilometres: float) -> set[str]:
    return {town.name for town in towns.near(latitude, longitude, kilometres)}


@pytest.mark.parametrize("name", KNOWN)
def test_place_has_its_names_when_a_town_is_near(name: str) -> None:
    latitude, longitude, names = KNOWN[name]
    told = place_of(latitude, longitude)
    assert told == dict(zip(("country_code", "country", "region", "town"), names, strict=True))


@pytest.mark.parametrize("name", BORDERS)
def test_country_is_the_right_one_when_a_border_is_near(name: str) -> None:
    latitude, longitude, country_code = BORDERS[name]
    assert place_of(latitude, longitude)["country_code"] == country_code


def test_town_is_one_of_its_region_when_a_larger_one_is_across_the_river() -> None:
    newark = place_of(40.7357, -74.1724)
    assert (newark["region"], newark["town"]) == ("New Jersey", "Newark")


def test_city_goes_before_its_quarters_when_one_stands_in_it() -> None:
    assert place_of(40.758, -73.9855)["town"] == "New York City"  # Times Square
    assert place_of(-33.8908, 151.2743)["town"] == "Sydney"  # Bondi Beach


@pytest.mark.parametrize("name", NOWHERE)
def test_place_has_no_name_when_no_town_is_near(name: str) -> None:
    assert place_of(*NOWHERE[name]) == {}


def test_country_is_told_without_a_town_when_the_next_one_is_far_off() -> None:
    """Old Faithful: the next town is 31 km away."""
    assert place_of(44.4605, -110.8281).keys() == {"country_code", "country", "region"}


@pytest.mark.parametrize(("latitude", "longitude"), NO_PLACE)
def test_place_has_no_name_when_coordinates_are_none(latitude: Any, longitude: Any) -> None:
    assert place_of(latitude, longitude) == {}


def test_whole_numbers_are_coordinates_too() -> None:
    assert place_of(52, 13) == place_of(52.0, 13.0) != {}


@pytest.mark.parametrize("longitude", [180.0, -180.0, 179.995, -179.995])
def test_towns_across_the_date_line_are_near_when_one_stands_at_it(
    made: Towns, longitude: float
) -> None:
    assert found(made, -16.8, longitude, 20) == {"West", "East"}
    assert found(made, -16.6, longitude, 50) == {"West", "East", "Across"}


@pytest.mark.parametrize("longitude", [-180.0, -95.5, 0.0, 10.0, 100.0, 180.0])
def test_towns_are_near_whatever_the_longitude_when_one_stands_at_a_pole(
    made: Towns, longitude: float
) -> None:
    assert found(made, 90, longitude, 50) == {"Ice", "Top"}
    assert found(made, -90, longitude, 50) == {"Station", "Pole"}
    assert found(made, -89.95, longitude, 50) == {"Station", "Pole"}


def test_distance_is_that_on_the_sphere(made: Towns) -> None:
    (town,) = made.near(0.0, 0.3, 50)
    assert town.kilometres == pytest.approx(0.3 * 111.195, abs=0.001)
    assert found(made, 0.0, 0.3, 33.3) == set()


def test_every_town_near_is_found_as_if_all_were_looked_at() -> None:
    """Against the plain way, at places of all latitudes and at the edges of bands."""
    towns = Towns(FILE)
    everywhere = list(towns.near(0, 0, 21_000))
    assert len(everywhere) > 150_000
    for latitude, longitude in ((78.2, 15.6), (-54.8, -68.3), (21.3, -157.9), (-17.8, 178.0)):
        near = {(town.name, town.residents) for town in towns.near(latitude, longitude, MOST_KM)}
        wide = {
            (town.name, town.residents)
            for town in towns.near(latitude, longitude, 3000)
            if town.kilometres <= MOST_KM
        }
        assert near == wide != set()


def test_file_is_the_same_whatever_the_order_of_the_towns(tmp_path: Path) -> None:
    write(_TOWNS, tmp_path / "a")
    write(reversed(_TOWNS), tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(bytes(8_000))
    with pytest.raises(ValueError, match="no file of towns"):
        Towns(tmp_path / "other")


def test_nothing_is_opened_when_there_are_no_coordinates() -> None:
    """A cold start of a file without coordinates pays for none of it."""
    script = """
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from darkroom.places import place_of
place_of(None, None)
found = [path for path in opened if path.endswith("towns.bin")]
print(found, "darkroom.places.towns" in sys.modules)
place_of(48.8583, 2.2945)
print(len([path for path in opened if path.endswith("towns.bin")]))
"""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONPATH": LAYERS}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split("\n")[:2] == ["[] False", "1"]


def test_layer_stays_small_and_names_whose_data_it_is() -> None:
    assert FILE.stat().st_size < 6_000_000  # of 250 MB
    assert "://" not in (ROOT / "requirements/places.txt").read_text()
    notice = (ROOT / "NOTICE").read_text()
    assert "GeoNames" in notice
    assert "Creative Commons Attribution 4.0" in notice
    assert "/NOTICE" in (ROOT / "layers/places/Makefile").read_text()


def test_countries_are_named_as_people_name_them() -> None:
    towns = Towns(FILE)
    names = {town.country for town in towns.near(0, 0, 21_000)}
    assert {"South Korea", "North Macedonia", "Czechia", "Eswatini", "Germany"} <= names
    assert not [name for name in names if "," in name or "(" in name]
    assert json.dumps(sorted(names))
