"""The columns of a table: their types, what is in them, and the Parquet file of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
from darkroom.tables.database import identifier, literal, row_group, rows_of
from darkroom.tables.natures import Told
from darkroom.tables.types import TEXT, TYPES, ColumnType, candidates, is_of_type

_SAMPLED_ROWS, _SAMPLED_VALUES = 5000, 400_000
_COUNTED = 1000  # a column of no more distinct values, about, has them counted exactly
_AT_ONCE = 50  # columns that one query measures: its cost grows with their square
_FREQUENT = 5
_SHOWN = 200  # characters of a value
_LONGEST_NAME = 100
# Control characters, and those that turn the direction of a line or take no place in it: a byte
# order mark, for one. Joiners stay, which some scripts are written with.
_UNPRINTABLE = re.compile(
    "[\0-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+"
)
_NUMBER = re.compile(r"[+-]?[.,]*\d[\d.,]*%?|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*")


@dataclass(frozen=True)
class Column:
    """What is in a column. Values are as text; `distinct` is a count, or about right."""

    name: str
    type: str
    note: str
    values: int
    nulls: int
    wrong: int
    distinct: int
    distinct_is_exact: bool
    least: str | None
    greatest: str | None
    frequent: list[tuple[str, int]]

    def to_dict(self) -> dict[str, Any]:
        """The column as JSON has it."""
        return {
            "name": self.name,
            "type": self.type,
            **({"note": self.note} if self.note else {}),
            "values": self.values,
            "nulls": self.nulls,
            **({"wrong": self.wrong} if self.wrong else {}),
            "distinct": self.distinct,
            "distinct_is_exact": self.distinct_is_exact,
            "min": self.least,
            "max": self.greatest,
            "frequent": [{"value": value, "count": count} for value, count in self.frequent],
        }


def is_header(values: list[str]) -> bool:
    """Whether a table's first record names its columns, rather than being a row."""
    named = [value.strip() for value in values if value.strip()]
    return bool(named) and not any(_NUMBER.fullmatch(value) for value in named)


def names_of(header: list[str]) -> list[str]:
    """The columns' names, each of them once: what is not named has its number."""
    names: list[str] = []
    taken: set[str] = set()
    for number, value in enumerate(header, 1):
        written = value.encode(errors="replace").decode()  # half of a character is none
        name = _UNPRINTABLE.sub(" ", written).strip()[:_LONGEST_NAME] or f"column_{number}"
        unique, times = name, 1
        while unique.casefold() in taken:
            times += 1
            unique = f"{name}_{times}"
        taken.add(unique.casefold())
        names.append(unique)
    return names


class Columns:
    """The columns of a Parquet file of text, `raw`, which it makes a typed one of."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        raw: Path,
        typed: Path,
        names: list[str],
        told: Sequence[Told] | None = None,
    ) -> None:
        """`told` is what the file says of its columns; without it their values' looks decide."""
        self._connection = connection
        self._raw, self._typed = literal(str(raw)), literal(str(typed))
        self._names = names
        self._told = told or [Told(TYPES, by_looks=True)] * len(names)
        self._types: list[ColumnType] = []

    def rows(self) -> int:
        """How many rows DuckDB has read."""
        return int(self._measured(["count(*)"], self._raw)[0])

    def inner_newlines(self) -> int:
        """How many line ends are inside the values."""
        counts = [
            f"coalesce(sum(case when contains(c{i}, chr(10)) "
            f"then strlen(c{i}) - strlen(replace(c{i}, chr(10), '')) end), 0)"
            for i in range(len(self._names))
        ]
        return sum(int(count) for count in self._measured(counts, self._raw))

    def values(self) -> int:
        """How many values DuckDB has read."""
        return sum(self._given)

    def write(self, size: int) -> None:
        """Tell the types, and write the typed file of `size` bytes of records."""
        group = row_group(self.rows(), size)
        possible = self._candidates()
        while True:
            self._types = [kinds[0] for kinds in possible]
            casts = ", ".join(
                f"{kind.cast(f'c{i}')} as {identifier(name)}"
                for i, (kind, name) in enumerate(zip(self._types, self._names, strict=True))
            )
            self._connection.execute(
                f"copy (select {casts} from {self._raw}) to {self._typed} "
                f"(format parquet, compression zstd, row_group_size {group})"
            )
            made = self._measured([f"count({identifier(n)})" for n in self._names], self._typed)
            unfit = [
                i for i, cast_ in enumerate(made)
                if self._types[i] is not TEXT and not self._is_of_type(i, cast_)
            ]  # fmt: skip
            if not unfit:
                return
            for i in unfit:
                possible[i] = self._verified(i, possible[i][1:])

    def profiles(self) -> list[Column]:
        """What is in each column."""
        measures = [
            part
            for name in map(identifier, self._names)
            for part in (
                f"count({name})", f"approx_count_distinct({name})",
                f"min({name})::varchar", f"max({name})::varchar",
            )
        ]  # fmt: skip
        measured = self._measured(measures, self._typed)
        rows = self.rows()
        counted = self._histograms(measured[1::4])
        found = []
        for i, name in enumerate(self._names):
            values, distinct, least, greatest = measured[4 * i : 4 * i + 4]
            counts = counted.get(i)
            found.append(
                Column(
                    name=name,
                    type=self._types[i].name,
                    note=self._types[i].note,
                    values=values,
                    nulls=rows - self._given[i],
                    wrong=self._given[i] - values,
                    distinct=distinct if counts is None else len(counts),
                    distinct_is_exact=counts is not None,
                    least=_shown(least),
                    greatest=_shown(greatest),
                    frequent=_most_frequent(counts or {}),
                )
            )
        return found

    def first_rows(self, count: int) -> list[list[str | None]]:
        """The first rows, as text in the types that the columns have."""
        casts = ", ".join(f"{identifier(name)}::varchar" for name in self._names)
        query = f"select {casts} from {self._typed} limit {count}"
        return [[_shown(value) for value in row] for row in rows_of(self._connection, query)]

    def wrong_counts(self, columns: list[Column]) -> Counter[str]:
        """How many values are not of their column's type, by the reason."""
        counts: Counter[str] = Counter()
        for kind, column in zip(self._types, columns, strict=True):
            counts[kind.reason] += column.wrong
        return +counts

    def wrong_values(self, columns: list[Column], most: int) -> Iterator[tuple[int, str, str, str]]:
        """The first of these values: row, column, reason, text."""
        for i, (kind, column) in enumerate(zip(self._types, columns, strict=True)):
            if column.wrong and most:
                found = rows_of(
                    self._connection,
                    f"select file_row_number, c{i} from "
                    f"read_parquet({self._raw}, file_row_number = true) "
                    f"where c{i} is not null and ({kind.cast(f'c{i}')}) is null limit {most}",
                )
                most -= len(found)
                yield from ((row, column.name, kind.reason, text) for row, text in found)

    @cached_property
    def _given(self) -> list[int]:
        """How many values each column has, of whatever type."""
        return self._measured([f"count(c{i})" for i in range(len(self._names))], self._raw)

    def _is_of_type(self, i: int, cast: int) -> bool:
        """Whether a column has a type of which `cast` of its values are."""
        return is_of_type(self._given[i] - self._told[i].errors, cast)

    def _candidates(self) -> list[list[ColumnType]]:
        at_most = max(100, min(_SAMPLED_ROWS, _SAMPLED_VALUES // len(self._names)))
        first = rows_of(self._connection, f"select * from {self._raw} limit {at_most}")
        return [
            candidates([row[i] for row in first if row[i] is not None], told.types)
            if told.by_looks
            else [*told.types, TEXT]
            for i, told in enumerate(self._told)
        ]

    def _verified(self, i: int, possible: list[ColumnType]) -> list[ColumnType]:
        """The types of a column from the first on that its values really have."""
        counts = self._measured([f"count({kind.cast(f'c{i}')})" for kind in possible], self._raw)
        for at, count in enumerate(counts):
            if self._is_of_type(i, count):
                return possible[at:]
        return [TEXT]

    def _histograms(self, distinct: Sequence[int]) -> dict[int, dict[str, int]]:
        """How often each value is in each column of few distinct values, by the column's number."""
        few = [i for i, count in enumerate(distinct) if count <= _COUNTED]
        counts = [f"histogram({identifier(self._names[i])}::varchar)" for i in few]
        measured = self._measured(counts, self._typed)
        return {i: histogram or {} for i, histogram in zip(few, measured, strict=True)}

    def _measured(self, measures: list[str], table: str) -> list[Any]:
        """What aggregates give, asked for by some at a time."""
        return [
            value
            for at in range(0, len(measures), _AT_ONCE)
            for value in rows_of(
                self._connection, f"select {', '.join(measures[at : at + _AT_ONCE])} from {table}"
            )[0]
        ]


def _most_frequent(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return [(value[:_SHOWN], count) for value, count in ordered[:_FREQUENT]]


def _shown(value: Any) -> str | None:
    return None if value is None else str(value)[:_SHOWN]
