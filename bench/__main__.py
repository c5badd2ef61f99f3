"""`make bench`: measures Darkroom beside its peers, prints it and writes docs/performance.md.

BENCH_JSON=file also writes the rows as JSON. ARGS: --rounds 7, --threads 1, --case 'JPEG 12*'; only
a run of all cases rewrites the page.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from rich.console import Console

from bench.cases import Case, prepare_cases
from bench.cost import cost_table
from bench.cost import measured as measured_work
from bench.document import PLOT, write_section
from bench.engines import ENGINES, HOME, LABELS, PEERS
from bench.machine import described
from bench.measuring import measured
from bench.plot import bars
from bench.rows import Rows
from bench.table import case_tables, peak_table, target_table
from bench.targets import targets
from operations.command import CommandError, run_command

console = Console(width=100, highlight=False, soft_wrap=True)
_PLOT_MS = 900


def main() -> int:
    options = _options()
    HOME.mkdir(parents=True, exist_ok=True)
    for engine in ENGINES:
        if engine.absent:
            console.print(f"{engine.label}: left out, for {engine.absent}")
    console.print("Photos: made once, in about two minutes, then kept")
    every = prepare_cases()
    cases = [case for case in every if any(fnmatch(case.name, one) for one in options.case)]
    if not cases:
        raise CommandError(f"no case is named so; there are: {', '.join(c.name for c in every)}")
    rows = measured(cases, rounds=options.rounds, threads=options.threads)
    lines = report(rows, cases)
    console.print("\n".join(lines), markup=False)
    costs = cost_table(measured_work(cases[0].path))
    console.print("\n".join(["", *costs]), markup=False)
    if target := os.environ.get("BENCH_JSON"):
        Path(target).write_text(json.dumps([row.figures() for row in rows], indent=1) + "\n")
        console.print(f"Rows as JSON: {target}")
    if len(cases) == len(every):
        plot(rows, cases)
        write_section("speed", [described(options.rounds), *lines])
        write_section("cost", costs)
        console.print("Written: docs/performance.md, docs/performance.svg")
    failed = [row for row in rows if row.note.startswith("failed")]
    for row in failed:
        console.print(f"{LABELS[row.engine]} on {row.case}: {row.note}", markup=False)
    return 1 if failed else 0


def report(rows: Rows, cases: Sequence[Case]) -> list[str]:
    """Promises, peaks, and every case, as Markdown that fits a terminal."""
    alone = [case.name for case in cases if case.alone]
    found = targets(
        rows,
        peers=PEERS,
        formats=_by_format(cases),
        baseline=[case.name for case in cases if case.baseline],
        every=[case.name for case in cases],
    )
    lines = ["", *target_table(found)]
    if alone:
        lines += ["", *peak_table(rows, alone)]
    return [*lines, *case_tables(rows, LABELS, alone)]


def _by_format(cases: Sequence[Case]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for case in cases:
        if not case.alone:
            found.setdefault(case.format, []).append(case.name)
    return found


def plot(rows: Rows, cases: Sequence[Case]) -> None:
    """docs/performance.svg."""
    names = [case.name for case in cases if not case.alone]
    title = "Milliseconds of one processor: five JPEGs out of one photo (shorter is better)"
    PLOT.write_text(bars(rows, names, LABELS, title=title, most_ms=_PLOT_MS))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="See bench/__main__.py.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--case", nargs="+", default=["*"])
    return parser.parse_args()


if __name__ == "__main__":
    run_command(main)
