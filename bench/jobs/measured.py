"""The clock around a job: what it took, in this process, once everything was loaded."""

from __future__ import annotations

import json
import os
import re
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path


def threads() -> int:
    """How many the engine may use: the second last argument."""
    return int(sys.argv[-1])


def measure(
    job: Callable[[bytes, bytes], dict[str, bytes]],
    *,
    before: Callable[[bytes, bytes], None] = lambda _, __: None,
) -> None:
    """Do `job` on a small picture, then, timed, on the one that is asked for; say what it took.

    `before` does for each of them what the job takes as done.

    Arguments: the photo, a small photo of the same format, the logo, a folder for the outputs, the
    number of threads. The process may use as many processors as threads.
    """
    photo, small, mark, folder = (Path(argument) for argument in sys.argv[1:5])
    data, logo = photo.read_bytes(), mark.read_bytes()
    warm = small.read_bytes()
    before(warm, logo)
    job(warm, logo)  # what is loaded at first use is not this photo's doing
    before(data, logo)
    started, burnt = time.perf_counter(), cpu_seconds()
    outputs = job(data, logo)
    wall, cpu = time.perf_counter() - started, cpu_seconds() - burnt
    figures = {"cpu_seconds": cpu, "wall_seconds": wall, "peak_rss_bytes": peak_bytes()}
    for name, body in outputs.items():
        (folder / f"{name}.jpg").write_bytes(body)
    print(json.dumps(figures))


def keep_to_processors(count: int) -> None:
    """Let this process run on `count` processors at most, where the system can do that."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-count:])


def cpu_seconds() -> float:
    """The processor time that this process has taken."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_bytes() -> int:
    """The most memory that this process has had."""
    # Linux's ru_maxrss starts at what the parent had when it forked; VmHWM is this process's own.
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(found[1]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
