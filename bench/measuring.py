"""Running the engines: each measurement a process of its own, the engines taking turns."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bench.cases import MARK, Case
from bench.engines import ENGINES, EVERYTHING, HOME, Engine, environment
from bench.rows import DARKROOM, Row, Rows, Run
from local.paths import ROOT

_SECONDS = 300
_BUSY = "[progress.description]{task.description:<44}"


class JobFailed(Exception):
    """An engine gave up on a case; the message is its last word."""


def measured(cases: Sequence[Case], *, rounds: int, threads: Sequence[int]) -> Rows:
    """Every engine on every case, `rounds` times; a round has each engine after the other.

    Forms that nobody would choose for their speed, and what is measured alone, have one round.

    An engine that fails on a case has no runs there, and its row says why.
    """
    rows = [
        (case, engine, Row(case.name, engine.name, count, note=_reason(engine, case)))
        for case in cases
        for count in threads
        for engine in ENGINES
        if engine.name == DARKROOM or not case.alone
    ]
    likeness: dict[str, float] = {}
    steps = list(_steps(rows, rounds))
    columns = (TextColumn(_BUSY), BarColumn(20), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns) as progress:
        task = progress.add_task("", total=len(steps))
        for case, engine, row in steps:
            progress.update(task, advance=1, description=f"{case.name}: {engine.label}")
            if row.note:
                continue
            with tempfile.TemporaryDirectory(prefix="outputs-", dir=HOME) as scratch:
                folder = Path(scratch)
                try:
                    row.runs.append(_run(engine, case, folder, row.threads))
                except JobFailed as error:
                    row.note = f"failed: {error}"
                    row.runs.clear()
                    continue
                if row.output_bytes is None:
                    row.output_bytes = sum(file.stat().st_size for file in folder.iterdir())
                    if not case.alone:
                        row.ssim = _ssim(case, folder, likeness)
    return Rows(row for _, _, row in rows)


def _reason(engine: Engine, case: Case) -> str:
    return engine.absent or engine.cannot.get(case.kind, "")


def _steps(
    rows: Sequence[tuple[Case, Engine, Row]], rounds: int
) -> Iterator[tuple[Case, Engine, Row]]:
    for number in range(rounds):
        for case, engine, row in rows:
            if not row.note and (number == 0 or (engine.best_form and not case.alone)):
                yield case, engine, row


def _run(engine: Engine, case: Case, folder: Path, threads: int) -> Run:
    files = [str(path) for path in (case.path, case.small, MARK, folder)]
    command = EVERYTHING if case.everything else engine.command
    done = subprocess.run(
        [*command, *files, str(threads)],
        cwd=ROOT,
        env=environment(threads),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise JobFailed(last)
    return Run(**json.loads(done.stdout))


def _ssim(case: Case, folder: Path, known: dict[str, float]) -> float:
    """Computed in another process, which may grow; this one stays small beside what it measures."""
    digest = hashlib.sha256(case.name.encode())
    for file in sorted(folder.iterdir()):
        digest.update(file.read_bytes())
    key = digest.hexdigest()
    if key not in known:
        command = [sys.executable, "-m", "bench.quality", str(case.path), str(folder)]
        done = subprocess.run(
            command, cwd=ROOT, env=environment(1), capture_output=True, text=True, check=True
        )
        known[key] = float(done.stdout)
    return known[key]
