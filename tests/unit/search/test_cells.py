"""Cells of a map, beside what counting every file of a small number finds."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
from darkroom.search.documents import Document
from darkroom.search.index import number_of

from tests.unit.search.making import Make, make
from tests.unit.search.records import document
from tests.unit.search.test_requests import WORLD, numbers

__all__ = ["make"]  # a fixture


def placed(name: str, latitude: float, longitude: float, **changes: Any) -> Document:
    return document(name, metadata={"latitude": latitude, "longitude": longitude}, **changes)


def counted(documents: list[Document], window: dict[str, Any]) -> dict[tuple[int, int], set[str]]:
    """The keys of the files in each cell that has some, by row and column: each is looked at."""
    wide = (window["east"] - window["west"]) % 360 or 360
    found: dict[tuple[int, int], set[str]] = {}
    for each in documents:
        if each.latitude is None or each.longitude is None:
            continue
        up = (each.latitude - window["south"]) / (window["north"] - window["south"])
        along = ((each.longitude - window["west"]) % 360) / wide
        if each.longitude == window["east"]:
            along = 1
        if 0 <= up <= 1 and 0 <= along <= 1:
            row = min(int(up * window["rows"]), window["rows"] - 1)
            column = min(int(along * window["columns"]), window["columns"] - 1)
            found.setdefault((row, column), set()).add(f"users/ann/{each.path}")
    return found


@pytest.mark.parametrize("seed", range(6))
def test_cells_are_what_looking_at_every_file_counts(seed: int, make: Make) -> None:
    random_ = random.Random(seed)
    documents = [document("nowhere.jpg"), placed("pole.jpg", 90, 180), placed("end.jpg", -90, -180)]
    documents += [
        placed(
            f"{number}.jpg",
            random_.gauss(10, 30) % 90,
            random_.uniform(-180, 180),
            uploaded_at=f"2026-11-{random_.randint(10, 28)}T08:30:00.000Z",
        )
        for number in range(200)
    ]
    by_key = {f"users/ann/{each.path}": each for each in documents}
    ask = make(documents, pieces=random_.choice([1, 5]))
    for _ in range(make.rounds // 3):
        south = random_.uniform(-90, 80)
        west, east = random_.uniform(-180, 180), random_.uniform(-180, 180)
        window: dict[str, Any] = random_.choice(
            [
                {**WORLD, "rows": random_.randint(1, 20), "columns": random_.randint(1, 20)},
                {
                    "south": south,
                    "north": random_.uniform(south + 1, 90),
                    "west": west,
                    "east": east,
                    "rows": random_.randint(1, 9),
                    "columns": random_.randint(1, 9),
                },
            ]
        )
        wanted = counted(documents, window)
        cells = ask(map=window, limit=1)["cells"]
        assert sum(cell["files"] for cell in cells) == sum(map(len, wanted.values()))
        told: dict[tuple[int, int], int] = {}
        for cell in cells:
            [at] = [at for at, keys in wanted.items() if cell["images"][0] in keys]
            assert len(cell["images"]) == min(3, cell["files"])
            moments = [by_key[key].moment for key in cell["images"]]
            assert moments == sorted(moments, reverse=True)
            told[at] = told.get(at, 0) + cell["files"]
            # A cell on the antimeridian is told in two: each has those on its own side.
            inside = [
                by_key[key]
                for key in wanted[at]
                if cell["west"] <= (by_key[key].longitude or 0) <= cell["east"]
            ]
            assert len(inside) == cell["files"]
            assert moments[0] == max(each.moment for each in inside)
            latitudes = [each.latitude or 0 for each in inside]
            longitudes = [each.longitude or 0 for each in inside]
            assert (cell["south"], cell["north"]) == (min(latitudes), max(latitudes))
            assert (cell["west"], cell["east"]) == (min(longitudes), max(longitudes))
            assert math.isclose(cell["latitude"], math.fsum(latitudes) / len(inside), abs_tol=1e-9)
            mean = math.fsum(longitudes) / len(inside)
            assert math.isclose(cell["longitude"], mean, abs_tol=1e-9)
        assert told == {at: len(keys) for at, keys in wanted.items()}


def test_cells_count_what_a_request_finds_and_no_deleted_file(make: Make) -> None:
    documents = [
        placed("harbour.jpg", 53.5, 9.9),
        placed("harbour two.jpg", 53.6, 9.8),
        placed("hill.jpg", 53.55, 9.85),
    ]
    ask = make([*documents, *documents], pieces=2)  # each put twice
    [cell] = ask(map=WORLD)["cells"]
    assert cell["files"] == 3
    [cell] = ask(map=WORLD, text="harbour")["cells"]
    assert (cell["files"], cell["south"], cell["north"]) == (2, 53.5, 53.6)
    near = {"latitude": 53.55, "longitude": 9.85, "kilometres": 1}
    assert [cell["files"] for cell in ask(map=WORLD, near=near)["cells"]] == [1]
    assert ask(map=WORLD, text="nothing")["cells"] == []
    binned = numbers(number_of("hill.jpg"))
    [cell] = ask(map=WORLD, without=binned)["cells"]
    assert (cell["files"], cell["south"], cell["north"]) == (2, 53.5, 53.6)


def test_world_without_places_has_no_cells(make: Make) -> None:
    ask = make([document("a.jpg")])
    assert ask(map=WORLD)["cells"] == []
    assert make([])(map=WORLD) == {"total": 0, "hits": [], "cells": []}


def test_files_of_one_place_stay_together_in_the_smallest_window(make: Make) -> None:
    ask = make([placed(f"{at}.jpg", 52.5, 13.4) for at in range(5)])
    window = {"south": 52.4999, "north": 52.5001, "west": 13.3999, "east": 13.4001}
    [cell] = ask(map={**window, "rows": 32, "columns": 32})["cells"]
    assert cell["files"] == 5


def test_last_line_of_a_grid_belongs_to_its_last_cell(make: Make) -> None:
    corners = [placed("north.jpg", 90, 180), placed("south.jpg", -90, -180)]
    ask = make(corners)
    assert [cell["files"] for cell in ask(map={**WORLD, "rows": 1, "columns": 1})["cells"]] == [2]
    halves = ask(map={**WORLD, "rows": 2, "columns": 2})["cells"]
    assert [cell["files"] for cell in halves] == [1, 1]
