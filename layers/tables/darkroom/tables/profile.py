"""One table, from its bytes to its profile: every line of it accounted for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from darkroom.kinds import HEAD_BYTES, TableFormat, table_format_of
from darkroom.tables.clock import Clock
from darkroom.tables.columns import Column, Columns
from darkroom.tables.database import database, read_records
from darkroom.tables.delimited_text import read_delimited
from darkroom.tables.errors import NotATable
from darkroom.tables.json_lines import read_json_lines
from darkroom.tables.limits import TableLimits
from darkroom.tables.reading import Reading, Writing
from darkroom.tables.records import mostly_broken
from darkroom.tables.room import room_for_files
from darkroom.tables.sheet import read_workbook
from darkroom.tables.source import beginning, unpacked

_PREVIEW_ROWS, _PREVIEW_VALUES = 20, 4000
USUAL = TableLimits()
_Reader = Callable[[Iterator[bytes], Path, TableLimits, Clock], Reading]
_READERS: dict[TableFormat, _Reader] = {
    TableFormat.DELIMITED: read_delimited,
    TableFormat.JSON_LINES: read_json_lines,
    TableFormat.WORKBOOK: read_workbook,
}


@dataclass(frozen=True)
class Files:
    """Where a profile's files are: the table as Parquet, and what was rejected as CSV."""

    parquet: Path
    rejects: Path


@dataclass(frozen=True)
class Profile:
    """What a table is. `rejected` counts the rows, and the single values, of each reason."""

    writing: Writing
    rows: int
    rejected_rows: int
    rejected: dict[str, int]
    columns: list[Column]
    preview: list[list[str | None]]

    def summary(self) -> dict[str, Any]:
        """The profile in short."""
        return {
            "rows": self.rows,
            "columns": len(self.columns),
            "rejected_rows": self.rejected_rows,
            "wrong_values": sum(column.wrong for column in self.columns),
        }

    def to_dict(self) -> dict[str, Any]:
        """The profile as JSON has it."""
        return {
            **self.writing.to_dict(),
            **self.summary(),
            "columns": [column.to_dict() for column in self.columns],
            "rejected": self.rejected,
            "preview": self.preview,
        }


def profile_table(
    chunks: Iterable[bytes], folder: Path, limits: TableLimits = USUAL
) -> tuple[Profile, Files]:
    """What is in a table whose bytes come in chunks, and the files made of it in `folder`.

    Raises:
        PermanentError: it is no table, or one beyond the limits; the sentence says why.
        LinesLost: a line is unaccounted for.
    """
    clock = Clock(limits.max_seconds)
    first, rest = beginning(chunks, HEAD_BYTES)
    read = _READERS[table_format_of(first) or TableFormat.DELIMITED]
    with room_for_files():
        reading = read(unpacked(chain((first,), rest), limits), folder, limits, clock)
        if reading.rejected_rows > reading.records.rows:
            raise mostly_broken(reading.rejects, reading.rejected_rows)
        if not reading.records.rows:
            raise NotATable("This table has no rows.")
        return _profiled(reading, folder, limits, clock)


def _profiled(
    reading: Reading, folder: Path, limits: TableLimits, clock: Clock
) -> tuple[Profile, Files]:
    raw, files = folder / "raw.parquet", Files(folder / "data.parquet", folder / "rejects.csv")
    rejects, records = reading.rejects, reading.records
    with database(folder, limits, seconds=clock.left()) as connection:
        read_records(connection, records, raw)
        columns = Columns(connection, raw, files.parquet, reading.names, reading.told)
        reading.check(columns)
        columns.write(records.bytes)
        profiles = columns.profiles()
        rejects.counts += columns.wrong_counts(profiles)
        for row, column, reason, value in columns.wrong_values(profiles, rejects.room):
            rejects.tell(reading.line_of(row), reason, value, column)
        rejects.write(files.rejects)
        preview = columns.first_rows(max(5, min(_PREVIEW_ROWS, _PREVIEW_VALUES // len(profiles))))
    return Profile(
        writing=reading.writing,
        rows=records.rows,
        rejected_rows=reading.rejected_rows,
        rejected=dict(rejects.counts),
        columns=profiles,
        preview=preview,
    ), files
