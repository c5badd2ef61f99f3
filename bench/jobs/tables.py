"""One table into Parquet by one reader, with the settings that it has by itself: what it took, how
many rows it made, and how many it told of. `python -m bench.jobs.tables reader file folder`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.jobs.measured import cpu_seconds, keep_to_processors, peak_bytes

_CHUNK = 1 << 20
# MaxTableBytes takes 5 GB; a file that is made to be as large ends with the row that reaches it.
_MOST_BYTES = 5_000_100_000


def darkroom(path: Path, folder: Path) -> tuple[int, int]:
    """Darkroom, with the whole profile, of files as large as an operator may allow."""
    from darkroom.tables import TableLimits, profile_table

    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    profile, _ = profile_table(chunks(), folder, TableLimits(max_bytes=_MOST_BYTES))
    return profile.rows, profile.rejected_rows


def duckdb(path: Path, folder: Path) -> tuple[int, int]:
    """DuckDB, which tells by itself what a file is."""
    import duckdb as library

    library.execute("set threads = 1")
    made = folder / "made.parquet"
    library.execute(f"copy (from '{path}') to '{made}' (format parquet, compression zstd)")
    return _counted(library, made), 0


def duckdb_ignoring(path: Path, folder: Path) -> tuple[int, int]:
    """DuckDB, told to pass over errors and to store them."""
    import duckdb as library

    library.execute("set threads = 1")
    made = folder / "made.parquet"
    library.execute(
        f"copy (from read_csv('{path}', store_rejects = true)) to '{made}' "
        "(format parquet, compression zstd)"
    )
    told = library.execute("select count(distinct line) from reject_errors").fetchone()
    return _counted(library, made), told[0] if told else 0


def polars(path: Path, folder: Path) -> tuple[int, int]:
    """Polars, lazily."""
    import polars as library

    lazy = library.scan_csv(path) if path.suffix == ".csv" else library.scan_ndjson(path)
    lazy.sink_parquet(folder / "made.parquet")
    return _in_parquet(folder)


def polars_ignoring(path: Path, folder: Path) -> tuple[int, int]:
    """Polars, told to pass over errors."""
    import polars as library

    options = {"truncate_ragged_lines": True, "ignore_errors": True}
    library.scan_csv(path, **options).sink_parquet(folder / "made.parquet")
    return _in_parquet(folder)


def pyarrow(path: Path, folder: Path) -> tuple[int, int]:
    """Arrow's own readers."""
    import pyarrow.csv
    import pyarrow.json
    import pyarrow.parquet

    read = pyarrow.csv.read_csv if path.suffix == ".csv" else pyarrow.json.read_json
    table = read(path)
    pyarrow.parquet.write_table(table, folder / "made.parquet", compression="zstd")
    return table.num_rows, 0


def pandas(path: Path, folder: Path) -> tuple[int, int]:
    """pandas, as tutorials write it."""
    import pandas as library

    if path.suffix == ".xlsx":
        frame = library.read_excel(path, engine="openpyxl")
    elif path.suffix == ".csv":
        frame = library.read_csv(path)
    else:
        frame = library.read_json(path, lines=True)
    frame.to_parquet(folder / "made.parquet", compression="zstd")
    return len(frame), 0


def pandas_skipping(path: Path, folder: Path) -> tuple[int, int]:
    """pandas, told to pass over bad lines."""
    import pandas as library

    frame = library.read_csv(path, on_bad_lines="skip")
    frame.to_parquet(folder / "made.parquet", compression="zstd")
    return len(frame), 0


def calamine(path: Path, folder: Path) -> tuple[int, int]:
    """python-calamine: rows of Python's values, without any Parquet."""
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0)
    return sum(1 for _ in sheet.iter_rows()) - 1, 0


def openpyxl(path: Path, folder: Path) -> tuple[int, int]:
    """openpyxl in its read-only mode: rows of Python's values, without any Parquet."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    return sum(1 for _ in book.worksheets[0].iter_rows(values_only=True)) - 1, 0


READERS: dict[str, Callable[[Path, Path], tuple[int, int]]] = {
    "darkroom": darkroom,
    "duckdb": duckdb,
    "duckdb-rejects": duckdb_ignoring,
    "polars": polars,
    "polars-ignoring": polars_ignoring,
    "pyarrow": pyarrow,
    "pandas": pandas,
    "pandas-skipping": pandas_skipping,
    "calamine": calamine,
    "openpyxl": openpyxl,
}


def _in_parquet(folder: Path) -> tuple[int, int]:
    import polars as library

    return library.scan_parquet(folder / "made.parquet").select(library.len()).collect().item(), 0


def _counted(library: Any, made: Path) -> int:
    rows: int = library.execute("select count(*) from read_parquet(?)", [str(made)]).fetchone()[0]
    return rows


if __name__ == "__main__":
    keep_to_processors(1)
    rows, told = READERS[sys.argv[1]](Path(sys.argv[2]), Path(sys.argv[3]))
    print(json.dumps({
        "cpu_seconds": cpu_seconds(), "peak_rss_bytes": peak_bytes(), "rows": rows, "told": told,
    }))  # fmt: skip
