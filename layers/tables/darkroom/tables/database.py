"""DuckDB as a tool for one file: it reads sound records, casts, counts and writes Parquet.

It may read and write its own folder alone, and loads nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from typing import Any

import duckdb
from darkroom.tables.errors import TableTooComplex, takes_too_long
from darkroom.tables.limits import TableLimits

_GROUP_BYTES = 16 << 20  # of records, at most, that a row group is made of
_LEAST_GROUP, _MOST_GROUP = 2048, 122_880
_MOST_COLLECTED = 2000  # distinct values of a column: of more, DuckDB would collect them in vain
_AGAIN_SECONDS = 0.1


@contextmanager
def database(
    folder: Path, limits: TableLimits, *, seconds: float
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory for one file.

    Raises:
        TableTooComplex: what is asked of it does not fit into the memory that it may take, or is
            not done in so many seconds.
    """
    connection = duckdb.connect(
        config={
            "threads": 1,
            "memory_limit": limits.memory,
            "temp_directory": str(folder),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "preserve_insertion_order": True,
        }
    )
    try:
        with _in_time(connection, seconds):
            connection.execute(f"set allowed_directories = [{literal(str(folder))}]")
            connection.execute("set TimeZone = 'UTC'")
            connection.execute("set enable_external_access = false")
            connection.execute("set lock_configuration = true")
            yield connection
    except duckdb.OutOfMemoryException as error:
        raise TableTooComplex(
            "This table has too many columns or too long values to be read."
        ) from error
    except duckdb.InterruptException as error:
        raise takes_too_long() from error
    finally:
        connection.close()


@contextmanager
def _in_time(connection: duckdb.DuckDBPyConnection, seconds: float) -> Iterator[None]:
    """A context in which queries are interrupted that run when the time is over, or begin then.

    Again and again, for between two queries there is nothing to interrupt.
    """
    is_done = Event()

    def watch() -> None:
        wait = max(0.0, seconds)
        while not is_done.wait(wait):
            connection.interrupt()
            wait = _AGAIN_SECONDS

    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        is_done.set()
        watcher.join()


def literal(text: str) -> str:
    """Text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A column's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class Records:
    """Sound rows as text, for `read_records` to read: so many, in so many bytes.

    Where it `has_mark`, each begins with a value that is none of the table's, and may leave out its
    last values, which are empty.
    """

    path: Path
    delimiter: str
    columns: int
    rows: int
    bytes: int
    has_mark: bool = False


def read_records(connection: duckdb.DuckDBPyConnection, records: Records, to: Path) -> None:
    """Read sound records, as their reader has written them, into a Parquet file of text.

    Nothing is left to its own judgement, and nothing it cannot read is passed over.
    """
    names = [f"c{index}" for index in range(records.columns)]
    types = ", ".join(f"'{name}': 'VARCHAR'" for name in ["mark"] * records.has_mark + names)
    connection.execute(
        f"copy (select {', '.join(names)} from read_csv({literal(str(records.path))}, "
        f"auto_detect = false, header = false, delim = {literal(records.delimiter)}, "
        f"quote = '\"', escape = '\"', columns = {{{types}}}, new_line = '\\n', "
        f"strict_mode = true, parallel = false, null_padding = {records.has_mark}, "
        f"max_line_size = 4194304)) to {literal(str(to))} (format parquet, compression snappy, "
        f"dictionary_size_limit {_MOST_COLLECTED}, "
        f"row_group_size {row_group(records.rows, records.bytes)})"
    )


def row_group(rows: int, size: int) -> int:
    """How many rows of this size on average go together in a Parquet file."""
    return max(_LEAST_GROUP, min(_MOST_GROUP, _GROUP_BYTES * max(rows, 1) // max(size, 1)))


def rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    """What a query gives."""
    return connection.execute(query).fetchall()
