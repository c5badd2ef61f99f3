"""Tables for tests: read whole, with what became of every line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from darkroom.tables import Profile, TableLimits, profile_table
from darkroom.tables.profile import USUAL
from darkroom.tables.records import RecordReader


@dataclass(frozen=True)
class Table:
    """A profile, the rows of its Parquet file, and its rejects as their file tells them."""

    profile: Profile
    rows: list[tuple[Any, ...]]
    rejects: list[dict[str, str]]

    def column(self, name: str) -> dict[str, Any]:
        """What the profile says of a column."""
        return next(each for each in self.profile.to_dict()["columns"] if each["name"] == name)


def profiled(data: bytes, *, at_once: int = 1 << 16, limits: TableLimits = USUAL) -> Table:
    """A table whose bytes come in chunks of a size."""
    with TemporaryDirectory() as folder:
        profile, files = profile_table(chunks_of(data, at_once), Path(folder), limits)
        rows = duckdb.execute("from read_parquet(?)", [str(files.parquet)]).fetchall()
        with files.rejects.open(encoding="utf-8", newline="") as file:
            return Table(profile, rows, list(csv.DictReader(file)))


def chunks_of(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


@contextmanager
def reader(
    columns: int, *, delimiter: str = ",", limits: TableLimits = USUAL
) -> Iterator[tuple[RecordReader, io.BytesIO]]:
    """A reader of records with so many columns, and what it passes on."""
    out = io.BytesIO()
    names = [f"c{index}" for index in range(columns)]
    yield (
        RecordReader(out, delimiter=delimiter, names=names, limits=limits, first_line=1),
        out,
    )


def written(rows: Iterable[Iterable[Any]], *, delimiter: str = ",", end: str = "\n") -> str:
    """Rows as Python's csv module writes them."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(rows)
    return text.getvalue()
