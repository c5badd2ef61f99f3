"""The room on the disk: what does not fit there is refused by name, and is no fault of the disk."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from darkroom.tables.errors import TableTooComplex


@contextmanager
def room_for_files() -> Iterator[None]:
    """A context in which files are written.

    Raises:
        TableTooComplex: they do not fit on the disk.
    """
    try:
        yield
    except (OSError, duckdb.IOException) as error:
        if not _is_full(error):
            raise
        raise TableTooComplex(
            "This table needs more room than there is to read it. Please upload it in parts."
        ) from error


def _is_full(error: OSError | duckdb.IOException) -> bool:
    if isinstance(error, OSError):
        return error.errno == errno.ENOSPC
    return "No space left on device" in str(error)  # DuckDB has no code for it
