"""`make bench-kinds`: what a file of another kind costs the functions of pictures, and what filters
that keep its messages away would cost instead."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench import prices
from bench.cost import MILLION, SQS_REQUESTS, Work, measured
from bench.table import grid
from operations.command import run_command

console = Console(width=100, highlight=False, soft_wrap=True)
TEXT = b"Dear diary, this is not a picture.\n"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "diary.txt"
        path.write_bytes(TEXT)
        works = {work.name: work for work in measured(path)}
    console.print("\n".join(table(works["thumbnail"], works["watermark"])), markup=False)
    return 0


def table(first: Work, later: Work) -> list[str]:
    """A line for each way to keep a picture function from a file of another kind.

    `first` came before all others, and so read the file's head and opened its item.
    """
    queued = SQS_REQUESTS * prices.SQS_REQUEST
    lines: list[Sequence[str]] = [
        ("per function and file", "calls to AWS", "CPU ms", "waiting ms", "$ a million"),
        _line("early end, the kind is told", later),
        _line("the first to come, tells it", first),
        ("filter of the function's queue", "0", "0.0", "0", f"{MILLION * queued:.2f}"),
        ("filter of the subscription", "0", "0.0", "0", "0.00"),
    ]
    return [
        f"A text file, arm64, us-east-1, list prices of {prices.AS_OF}, assumptions as in the "
        "table of costs (docs/performance.md). Filters are reckoned, not measured.",
        "",
        *grid(lines),
    ]


def _line(name: str, work: Work) -> tuple[str, ...]:
    return (
        name,
        str(sum(work.calls.values())),
        f"{work.cpu_ms:.1f}",
        f"{work.waiting_ms:.0f}",
        f"{MILLION * (work.computing + work.requests):.2f}",
    )


if __name__ == "__main__":
    run_command(main)
