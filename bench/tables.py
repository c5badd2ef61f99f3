"""`make bench-csv`: what reading a table takes, and which rows are lost, beside other readers.

Each reads it with the settings that it has by itself and writes Parquet, on one processor, in a
process of its own; Darkroom makes its whole profile, too. ARGS: --rounds 3 --rows 1200000
--sheet-rows 200000; --gigabytes 5 reads one file as large as that instead, by Darkroom alone.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

from rich.console import Console

from bench.document import write_section
from bench.engines import HOME
from bench.machine import processor
from bench.table import grid
from bench.table_files import BROKEN, LINES, SOUND, WORKBOOK, make_large
from local.paths import LAYERS, ROOT
from operations.command import CommandError, run_command

console = Console(width=100, highlight=False, soft_wrap=True)
_FOLDER = HOME / "tables"
_SECONDS = 600
_FAULT = re.compile(r"(?:\w+\.)*(\w+): ")
_READERS = {
    SOUND: ("darkroom", "duckdb", "polars", "pyarrow", "pandas"),
    BROKEN: (
        "darkroom", "duckdb", "duckdb-rejects", "polars", "polars-ignoring", "pyarrow", "pandas",
        "pandas-skipping",
    ),
    LINES: ("darkroom", "duckdb", "polars", "pyarrow", "pandas"),
    WORKBOOK: ("darkroom", "calamine", "openpyxl", "pandas"),
}  # fmt: skip
_PACKAGES = ("duckdb", "polars", "pyarrow", "pandas", "python-calamine", "openpyxl")
_LEAST_SPEED, _MOST_MEMORY = 40, 500  # MB/s of CSV and MB that Darkroom is to keep


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took and made; `note` says why it made nothing."""

    cpu_seconds: float = 0
    peak_rss_bytes: int = 0
    rows: int = 0
    told: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A file, its size, and how many rows it has, whether they are sound or not."""

    name: str
    size: int
    rows: int


def main() -> int:
    options = argparse.ArgumentParser(prog="make bench-csv")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--rows", type=int, default=1_200_000)
    options.add_argument("--sheet-rows", type=int, default=200_000)
    options.add_argument("--gigabytes", type=int, default=0)
    chosen = options.parse_args()
    if chosen.gigabytes:
        return _large(chosen.gigabytes)
    console.print("Tables: made once, in about a minute, then kept")
    counts = [str(chosen.rows), str(chosen.sheet_rows)]
    made = [sys.executable, "-m", "bench.table_files", str(_FOLDER), *counts]
    subprocess.run(made, check=True)
    results: dict[Case, dict[str, list[Run]]] = {}
    for name, readers in _READERS.items():
        rows = chosen.sheet_rows if name == WORKBOOK else chosen.rows
        path = _FOLDER / f"{rows}-{name}"
        runs: dict[str, list[Run]] = {reader: [] for reader in readers}
        for _ in range(chosen.rounds):
            for reader, own in runs.items():
                own.append(_run(reader, path))
        results[Case(name, path.stat().st_size, rows)] = runs
        console.print(f"{name}: read")
    packages = ", ".join(f"{package} {version(package)}" for package in _PACKAGES)
    about = (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {processor()}, one processor, "
        f"Python {sys.version.split()[0]}, {packages}; {_rounds(chosen.rounds)}, "
        f"{chosen.rows:,} rows of eight columns, of the workbook {chosen.sheet_rows:,}."
    )
    lines = [about, "", *report(results)]
    console.print("\n".join(lines), markup=False)
    write_section("tables", lines)
    console.print("Written: docs/performance.md")
    return 0


def _large(gigabytes: int) -> int:
    """Read one file of so many gigabytes, which is made for this alone, and write what it took."""
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="large-", dir=_FOLDER) as folder:
        path = Path(folder) / f"{gigabytes}-gb.csv"
        with console.status(f"Writing {gigabytes} GB of CSV …"):
            rows = make_large(path, gigabytes * 1_000_000_000)
        case = Case(path.name, path.stat().st_size, rows)
        with console.status("Reading it …"):
            run = _run("darkroom", path)
    about = (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {processor()}, one processor, "
        f"Python {sys.version.split()[0]}, duckdb {version('duckdb')}; one round."
    )
    lines = [about, "", *report({case: {"darkroom": [run]}})]
    console.print("\n".join(lines), markup=False)
    write_section("large-table", lines)
    console.print("Written: docs/performance.md")
    return 0


def report(results: dict[Case, dict[str, list[Run]]]) -> list[str]:
    """The table of what was measured, and one of the promises with their verdicts.

    Raises:
        CommandError: Darkroom did not read a file.
    """
    lines: list[Sequence[str]] = [
        ("file", "reader", "MB a CPU s", "CPU s", "peak MB", "rows", "lost, told", "lost, untold")
    ]
    promises: list[Sequence[str]] = [("promise", "measured", "verdict")]
    for case, readers in results.items():
        for reader, runs in readers.items():
            lines.append((case.name, reader, *_figures(case, runs)))
        ours = readers["darkroom"]
        if ours[0].note:
            raise CommandError(f"Darkroom does not read {case.name}: {ours[0].note}")
        peak = max(run.peak_rss_bytes for run in ours) / 1e6
        if case.name.endswith(".csv") and case.name != BROKEN:
            speed = _speed(case, ours)
            verdict = "kept" if speed >= _LEAST_SPEED else "missed"
            promise = f"{case.name}: at least {_LEAST_SPEED} MB in a second"
            promises.append((promise, f"{speed:.0f}", verdict))
        verdict = "kept" if peak <= _MOST_MEMORY else "missed"
        promises.append((f"{case.name}: at most {_MOST_MEMORY} MB", f"{peak:.0f}", verdict))
    return [*grid(lines, left=2), "", *grid(promises)]


def _figures(case: Case, runs: Sequence[Run]) -> tuple[str, ...]:
    if runs[0].note:
        return ("", "", "", f"stops: {runs[0].note}", "", "")
    run = runs[0]
    return (
        f"{_speed(case, runs):.1f}",
        f"{median(each.cpu_seconds for each in runs):.1f}",
        f"{max(each.peak_rss_bytes for each in runs) / 1e6:.0f}",
        f"{run.rows:,}",
        f"{run.told:,}",
        f"{case.rows - run.rows - run.told:,}",
    )


def _speed(case: Case, runs: Sequence[Run]) -> float:
    return case.size / 1e6 / median(run.cpu_seconds for run in runs)


def _run(reader: str, path: Path) -> Run:
    with tempfile.TemporaryDirectory(prefix="table-", dir=_FOLDER) as folder:
        done = subprocess.run(
            [sys.executable, "-m", "bench.jobs.tables", reader, str(path), folder],
            cwd=ROOT,
            env={
                **os.environ,
                "PYTHONPATH": os.pathsep.join([LAYERS, str(ROOT)]),
                "POLARS_MAX_THREADS": "1",
                "OMP_NUM_THREADS": "1",
            },
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        return Run(note=_fault(lines))
    return Run(**json.loads(done.stdout))


def _rounds(count: int) -> str:
    return f"medians of {count} rounds" if count > 1 else "one round"


def _fault(lines: Sequence[str]) -> str:
    """What a traceback calls the fault: `ArrowInvalid`, for example."""
    faults = [found[1] for line in lines if (found := _FAULT.match(line))]
    return faults[-1] if faults else "it said nothing"


if __name__ == "__main__":
    run_command(main)
