"""`make bench-search`: what finding an owner's files takes, beside SQLite FTS5 and PostgreSQL.

Every engine gets the same files and the same questions: how many match, and the newest 200 of them.
All of them have to find the same. A question is asked three times, and its shortest time counts, so
that what else the machine does counts less. ARGS: --sizes 1000 100000, --each 25. A run of all
sizes rewrites the section in docs/search.md.
"""

from __future__ import annotations

import argparse
import gc
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from darkroom.search.documents import Document, document_of
from rich.console import Console

from bench.document import write_section
from bench.machine import processor
from bench.searching.darkroom import Darkroom
from bench.searching.files import OWNER, Request, questions, records
from bench.searching.postgres import Relational
from bench.searching.sqlite import Sqlite
from bench.table import grid
from local.paths import ROOT, STATE
from operations.command import CommandError, run_command

console = Console(width=120, highlight=False, soft_wrap=True)
_PAGE = ROOT / "docs" / "search.md"
_SIZES = (1_000, 10_000, 100_000, 200_000)
_HEAD = (
    "files", "engine", "built s", "MB", "packed", "1 more ms", "1,000 more", "opened ms", "p50 ms",
    "p95 ms", "most ms",
)  # fmt: skip
_ROUNDS = 3
# Of Darkroom alone, for no question of the others asks for it.
_OWN: dict[str, Callable[[Document], Request]] = {
    "a word with its facets": lambda file: {"text": file.names[-1][:3], "facets": True},
    "by relevance": lambda file: {"text": file.names[-1][:3], "order": "relevance"},
    "a word with a mistake": lambda _: {"text": "Cannon "},
    "all facets": lambda _: {"facets": True},
    "a map of the world": lambda _: {"map": _map(0, 0, 90), "limit": 1},
    "a map of a region": lambda file: {
        "map": _map(file.latitude or 0, file.longitude or 0, 3),
        "limit": 1,
    },
    "like this": lambda file: {"like": f"users/{OWNER}/{file.path}"},
    "duplicates": lambda _: {"duplicates": True},
}


def _map(latitude: float, longitude: float, reach: float) -> Request:
    """As many cells as may be asked for, so many degrees to the north and to the south."""
    return {
        "south": max(-90.0, latitude - reach), "north": min(90.0, latitude + reach),
        "west": max(-180.0, longitude - 2 * reach), "east": min(180.0, longitude + 2 * reach),
        "rows": 32, "columns": 32,
    }  # fmt: skip


class Engine(Protocol):
    """What is measured."""

    label: str

    def build(self, files: Sequence[Document]) -> None: ...
    def sizes(self) -> tuple[int, int]: ...
    def update(self, files: Sequence[Document]) -> None: ...
    def open(self) -> None: ...
    def ask(self, request: Request) -> tuple[int, list[str]]: ...
    def close(self) -> None: ...


def main() -> int:
    options = _options()
    start = time.perf_counter()
    files = [document_of(*each) for each in records(max(options.sizes))]
    seconds = time.perf_counter() - start
    gc.freeze()  # no function has these in its memory, to be looked through for garbage
    console.print(f"{len(files):,} records made up, and made documents: {seconds:.1f} s")
    rows: list[tuple[str, ...]] = []
    own: list[tuple[str, ...]] = []
    for size in sorted(options.sizes):
        found: dict[str, Any] = {}
        for make in (Darkroom, Sqlite, Relational):
            with tempfile.TemporaryDirectory(dir=STATE) as folder:
                engine: Engine = make(Path(folder))
                try:
                    rows.append(_row(engine, files[:size], options.each, found))
                    console.print("  ".join(rows[-1]))
                    if isinstance(engine, Darkroom):
                        own += _own_rows(engine, files[:size], options.each)
                finally:
                    engine.close()
    lines = [*_described(), "", *grid([_HEAD, *rows], left=2), "", *grid([_OWN_HEAD, *own], left=2)]
    console.print("\n".join(lines), markup=False)
    if set(options.sizes) == set(_SIZES):
        write_section("figures", lines, page=_PAGE)
        console.print("Written: docs/search.md")
    return 0


def _row(
    engine: Engine, files: Sequence[Document], each: int, found: dict[str, Any]
) -> tuple[str, ...]:
    """An engine's figures. What it finds has to be what the others found."""
    built, _ = _timed(lambda: engine.build(files))
    whole, packed = engine.sizes()
    one, _ = _least(lambda: engine.update(files[:1]))
    many, _ = _least(lambda: engine.update(files[:1_000]))
    opened, _ = _least(engine.open)
    times = []
    for kind, requests in questions(files, each).items():
        for at, request in enumerate(requests):
            seconds, answer = _least(partial(engine.ask, request))
            times.append(seconds)
            if found.setdefault(f"{kind} {at}", answer) != answer:
                raise CommandError(f"{engine.label} finds something else: {kind}, {request}")
    figures = [built, whole / 1e6, packed / 1e6, one * 1e3, many * 1e3, opened * 1e3]
    figures += _shares(times)
    return f"{len(files):,}", engine.label, *(f"{figure:,.1f}" for figure in figures)


_OWN_HEAD = ("files", "Darkroom alone", "p50 ms", "p95 ms", "most ms")


def _own_rows(engine: Darkroom, files: Sequence[Document], each: int) -> list[tuple[str, ...]]:
    rows = []
    for kind, request_of in _OWN.items():
        chosen = files[:: max(1, len(files) // each)][:each]
        chosen = chosen[:1] if kind == "duplicates" else chosen
        # What is read once for it counts, too.
        timed = _timed if kind == "duplicates" else _least
        times = [timed(partial(engine.answer, request_of(file)))[0] for file in chosen]
        rows.append((f"{len(files):,}", kind, *(f"{share:,.1f}" for share in _shares(times))))
    return rows


def _shares(seconds: Sequence[float]) -> tuple[float, float, float]:
    """Half of them take no longer than this, 95 of 100, and all, in milliseconds."""
    ordered = sorted(seconds)
    at = (len(ordered) // 2, len(ordered) * 95 // 100, len(ordered) - 1)
    half, most, all_ = (ordered[place] * 1e3 for place in at)
    return half, most, all_


def _least(work: Callable[[], Any]) -> tuple[float, Any]:
    results = [_timed(work) for _ in range(_ROUNDS)]
    return min(seconds for seconds, _ in results), results[-1][1]


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def _described() -> list[str]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        f"Measured on {datetime.now(UTC):%Y-%m-%d} by `make bench-search`: {processor()}. "
        f"It took {peak:,.0f} MiB at most, with all of the made up files."
    ]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-search")
    parser.add_argument("--sizes", type=int, nargs="+", default=_SIZES)
    parser.add_argument("--each", type=int, default=25, help="questions of each kind")
    return parser.parse_args()


if __name__ == "__main__":
    run_command(main)
