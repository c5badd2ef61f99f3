"""The bounds within which a table is read, whatever its bytes are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TableLimits:
    """`max_bytes` holds for the file as it is stored and for what it unpacks to."""

    max_bytes: int = 1_000_000_000
    max_columns: int = 2000
    max_record_bytes: int = 1 << 20
    max_broken_rows: int = 1_000_000
    max_unpacked_ratio: int = 200
    free_unpacked_bytes: int = 64 << 20  # as much may be unpacked whatever the ratio is
    memory: str = "380MB"  # of DuckDB
    max_seconds: float = 340  # for all of it
