"""Running a function in a process of its own: whatever it does to its process ends there."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

OUT_OF_MEMORY, OUT_OF_TIME = "out-of-memory", "out-of-time"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLimits:
    """Limits of a process: address space in bytes, CPU and wall time in seconds."""

    memory_bytes: int
    cpu_seconds: int
    wall_seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a process ended: with a value, or with the reason why it has none."""

    value: Any = None
    failure: str | None = None
    """`out-of-memory`, `out-of-time`, `killed-by-SIGSEGV`, or the exception as one line."""
    peak_rss_bytes: int = 0
    cpu_seconds: float = 0.0


def isolated(work: Callable[[], Any], limits: ProcessLimits) -> Ended:
    """What `work` returns in a child of this process. It must be fit for JSON.

    Must be called while this process has a single thread: the child is a fork of it.
    """
    reader, writer = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _work_and_exit(work, limits, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        text = answer.read()
    _, status, usage = os.wait4(child, 0)
    # Linux counts in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    ended = json.loads(text) if text else {"failure": _failure(status)}
    return Ended(
        **ended,
        peak_rss_bytes=usage.ru_maxrss * unit,
        cpu_seconds=round(usage.ru_utime + usage.ru_stime, 3),
    )


def _work_and_exit(work: Callable[[], Any], limits: ProcessLimits, writer: int) -> NoReturn:
    """Run the work in the child. Never returns into the parent's code, whatever happens."""
    try:
        _apply(limits)
        try:
            ended = {"value": work()}
        except MemoryError:
            ended = {"failure": OUT_OF_MEMORY}
        except Exception as error:  # noqa: BLE001  # told to whoever started it, in full
            ended = {"failure": " ".join(f"{type(error).__name__}: {error}".split())}
        with os.fdopen(writer, "wb") as answer:
            answer.write(json.dumps(ended).encode())
        os._exit(0)
    finally:
        os._exit(1)


def _apply(limits: ProcessLimits) -> None:
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):  # decoders in C write there when they meet something odd
        os.dup2(silence, stream)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 5))
    signal.alarm(limits.wall_seconds)
    with suppress(ValueError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))


def _failure(status: int) -> str:
    if not os.WIFSIGNALED(status):
        return f"ended-with-status-{os.waitstatus_to_exitcode(status)}"
    number = os.WTERMSIG(status)
    if number in (signal.SIGXCPU, signal.SIGALRM):
        return OUT_OF_TIME
    return f"killed-by-{signal.Signals(number).name}"
