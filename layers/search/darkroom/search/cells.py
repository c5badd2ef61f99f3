"""Cells: where the files that match were taken, counted on a grid over a window of the world.

The engine counts: of a file nothing is read but, of the newest few of each cell, their paths.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from darkroom.search.engine import Reader
from darkroom.search.queries import Queries, both
from darkroom.search.requests import NEWEST_OF_CELL, Window
from tantivy import Query

Cell = dict[str, Any]


def cells_of(
    reader: Reader,
    queries: Queries,
    query: Query,
    window: Window,
    key_of: Callable[[str], str],
) -> list[Cell]:
    """The cells of a window in which files that match were taken, in no order.

    Each has how many `files` they are, the edges of the smallest box around them (`south`, `west`,
    `north`, `east`) and the mean of their places (`latitude`, `longitude`), all in degrees, and
    the keys of the newest as `images`. A cell that lies on the antimeridian is told in two.

    Raises:
        IndexUnreadable: a file of the index is damaged.
    """
    height, width = window.cell_degrees
    found: list[Cell] = []
    for west, east, start in window.longitudes:
        within = both(query, queries.inside(window.south, window.north, ((west, east),)))
        found += reader.grid(within, (window.south, height), (start, width), newest=NEWEST_OF_CELL)
    numbers = {number for cell in found for _, number in cell["images"]}
    paths = reader.numbered_paths(queries.numbered(numbers))
    for cell in found:
        del cell["at"]
        cell["images"] = [key_of(paths[number]) for _, number in cell["images"]]
    return found
