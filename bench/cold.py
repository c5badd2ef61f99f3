"""`make bench-cold`: what a cold start of each function takes above a bare interpreter's.

Each function is built as for the local cloud and started again and again: in Lambda's Runtime
Interface Emulator (wall time until it is ready, as its INIT line says), as a plain process
(processor time of `import app`), and with -X importtime (which packages it goes to). Beside them,
in turn: a function that does nothing, and one that imports boto3 and makes the one client that all
of them need, S3's. Ratios are taken round by round.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.progress import Progress

from bench.deployed import functions
from bench.document import write_section
from bench.table import grid
from local.cloud import LocalCloud
from local.paths import STATE
from local.runtime import RUNTIME_PYTHON, invoke
from operations.command import CommandError, run_command

console = Console(width=100, highlight=False, soft_wrap=True)

MOST_OF_REFERENCE = 1.35
BARE, REFERENCE = "bare", "boto3 and S3's client"
_HANDLER = "\n\ndef handler(event, context):\n    return {}\n"
_SOURCES = {BARE: _HANDLER, REFERENCE: f"import boto3\n\ns3 = boto3.client('s3'){_HANDLER}"}
_ACCOUNT = {  # nothing is called: clients only have to be made
    "AWS_ACCESS_KEY_ID": "none",
    "AWS_SECRET_ACCESS_KEY": "none",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_LAMBDA_FUNCTION_NAME": "bench",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769",
    "AWS_LAMBDA_FUNCTION_TIMEOUT": "30",
}
_CPU = (
    "import time\nimport app\nprint('cpu', time.process_time())"  # the interpreter's start as well
)
_GROUPS = {
    "SDK": ("boto3", "botocore", "s3transfer", "urllib3", "jmespath", "dateutil", "six"),
    "Powertools": ("aws_lambda_powertools", "typing_extensions"),
    "imaging": (
        "PIL",
        "pic_scale",
        "pillow_heif",
        "_pillow_heif",
        "piexif",
        "font_source_sans_pro",
    ),
    "darkroom": ("darkroom",),
    "making clients": ("app",),
}
_OTHER = "standard library"


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that starts cold."""

    name: str
    folder: Path
    layers: Sequence[Path]
    variables: Mapping[str, str]


def main() -> int:
    parser = argparse.ArgumentParser(prog="make bench-cold", description="See bench/cold.py.")
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    console.print("Building the functions for this machine")
    LocalCloud("bench-cold").build()
    everyone = [*_made_up(), *_built()]
    ready: dict[str, list[float]] = defaultdict(list)
    burnt: dict[str, list[float]] = defaultdict(list)
    with Progress() as progress:
        task = progress.add_task("starting", total=rounds * len(everyone))
        for _ in range(rounds):
            for subject in everyone:
                ready[subject.name].append(_until_ready(subject))
                burnt[subject.name].append(_cpu_milliseconds(subject))
                progress.advance(task)
    lines = [*_start_table(ready, burnt), "", *_package_table(everyone, rounds)]
    console.print("\n".join(["", *lines]), markup=False)
    write_section("cold", lines)
    console.print("\nWritten: docs/performance.md")
    return 0


def _made_up() -> list[Subject]:
    found = []
    for name, source in _SOURCES.items():
        folder = STATE / "bench" / "cold" / name.split()[0]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "app.py").write_text(source)
        found.append(Subject(name, folder, [], {}))
    return found


def _built() -> list[Subject]:
    return [
        Subject(function.name, function.folder, function.layers, function.variables)
        for function in functions()
    ]


def _environment(subject: Subject) -> dict[str, str]:
    return {**subject.variables, **_ACCOUNT}


def _until_ready(subject: Subject) -> float:
    invocation = invoke(
        subject.folder,
        "app.handler",
        layers=list(subject.layers),
        variables=_environment(subject),
        event={"Records": []},
    )
    if "init" not in invocation.milliseconds:
        raise CommandError(f"{subject.name} did not start:\n{invocation.logs[-2000:]}")
    return invocation.milliseconds["init"]


def _run(subject: Subject, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(str(part) for part in (subject.folder, *subject.layers))
    done = subprocess.run(
        [str(RUNTIME_PYTHON), "-s", *arguments],
        env={**_environment(subject), "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise CommandError(f"{subject.name} cannot be imported: {last}")
    return done


def _cpu_milliseconds(subject: Subject) -> float:
    return float(_run(subject, "-c", _CPU).stdout.split()[-1]) * 1000


def _start_table(
    ready: Mapping[str, Sequence[float]], burnt: Mapping[str, Sequence[float]]
) -> list[str]:
    """Milliseconds above the bare function's, and the ratio to the reference's."""
    lines: list[Sequence[str]] = [
        ("function", "ready, ms", "of boto3 + S3", "CPU, ms", "of boto3 + S3", "")
    ]
    for name in ready:
        if name == BARE:
            continue
        row, ratios = [name], []
        for figures in (ready, burnt):
            row += [f"{median(figures[name]) - median(figures[BARE]):.0f}"]
            ratios.append(_ratio(figures, name))
            row += [f"{ratios[-1]:.2f}"]
        verdict = "kept" if max(ratios) <= MOST_OF_REFERENCE else "missed"
        lines.append((*row, "" if name == REFERENCE else verdict))
    bare = f"A bare function is ready after {median(ready[BARE]):.0f} ms; its process takes "
    bare += (
        f"{median(burnt[BARE]):.0f} ms of CPU. Above that, medians of {len(ready[BARE])} starts:"
    )
    promise = f"Promise: at most {MOST_OF_REFERENCE} of importing boto3 and making one client."
    return [bare, "", *grid(lines), "", promise]


def _ratio(figures: Mapping[str, Sequence[float]], name: str) -> float:
    """The median over the rounds, in each of which function and reference started side by side."""
    bare = median(figures[BARE])
    pairs = zip(figures[name], figures[REFERENCE], strict=True)
    return median((own - bare) / (reference - bare) for own, reference in pairs)


def _package_table(everyone: Sequence[Subject], rounds: int) -> list[str]:
    """Where the time goes: each module's least own time over the rounds, by package."""
    names = [*_GROUPS, _OTHER]
    lines: list[Sequence[str]] = [("-X importtime, ms", *names)]
    for subject in everyone:
        own = _import_times(subject, rounds)
        sums: Counter[str] = Counter()
        for module, microseconds in own.items():
            sums[_group(module)] += microseconds
        lines.append((subject.name, *(f"{sums[name] / 1000:.0f}" for name in names)))
    return grid(lines)


def _group(module: str) -> str:
    package = module.partition(".")[0]
    return next((name for name, packages in _GROUPS.items() if package in packages), _OTHER)


def _import_times(subject: Subject, rounds: int) -> dict[str, int]:
    least: dict[str, int] = {}
    for _ in range(rounds):
        for line in _run(subject, "-X", "importtime", "-c", "import app").stderr.splitlines():
            if not line.startswith("import time:") or "self [us]" in line:
                continue
            own, _, module = line.removeprefix("import time:").split("|")
            name = module.strip()
            least[name] = min(least.get(name, sys.maxsize), int(own))
    return least


if __name__ == "__main__":
    run_command(main)
