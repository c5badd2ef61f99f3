"""What values are where the file itself says it: in JSON and in the cells of a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from darkroom.tables.types import (
    BOOLEAN,
    DATES,
    FLOAT,
    INTEGER,
    MIDNIGHT,
    MOMENT,
    ColumnType,
    is_of_type,
)


class Nature(IntEnum):
    """What one value is. An ERROR stands for one that is missing: NaN in JSON, #N/A in a cell."""

    TEXT = 0
    INTEGER = 1
    DECIMAL = 2
    BOOLEAN = 3
    DAY = 4
    MOMENT = 5
    ERROR = 6


@dataclass(frozen=True)
class Told:
    """The types that a column may have besides text; with `by_looks` if its values look so.

    `errors` are values that decide nothing.
    """

    types: tuple[ColumnType, ...] = ()
    by_looks: bool = False
    errors: int = 0


def told_by(counts: Sequence[int], *, has_dates: bool) -> Told:
    """What a column is that has so many values of each nature.

    `has_dates` if the format has dates of its own: else a text that looks like a date is one.
    """
    errors = counts[Nature.ERROR]
    values = sum(counts) - errors

    def are(*natures: Nature) -> bool:
        count = sum(counts[nature] for nature in natures)
        return count > 0 and is_of_type(values, count)

    if are(Nature.INTEGER, Nature.DECIMAL):
        return Told((FLOAT,) if counts[Nature.DECIMAL] else (INTEGER, FLOAT), errors=errors)
    if are(Nature.BOOLEAN):
        return Told((BOOLEAN,), errors=errors)
    if are(Nature.DAY, Nature.MOMENT):
        return Told((MOMENT,) if counts[Nature.MOMENT] else (MIDNIGHT,), errors=errors)
    if are(Nature.TEXT) and not has_dates:
        return Told(DATES, by_looks=True, errors=errors)
    return Told(errors=errors)


class Natures:
    """Counts the natures of the values of each column."""

    def __init__(self) -> None:
        self._columns: list[list[int]] = []

    def add(self, column: int, nature: Nature, times: int = 1) -> None:
        """Count values of a column."""
        while len(self._columns) <= column:
            self._columns.append([0] * len(Nature))
        self._columns[column][nature] += times

    def told(self, columns: int, *, has_dates: bool) -> list[Told]:
        """What each of so many columns is."""
        none = [[0] * len(Nature)] * columns
        return [told_by(counts, has_dates=has_dates) for counts in (self._columns + none)[:columns]]
