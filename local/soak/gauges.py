"""Measurements of a running soak: the queues' backlog and the workers' memory, every second."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from local.cloud import LocalCloud
from local.lifetime import Lifetime
from local.workers import workers

_EVERY_SECONDS = 1.0
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Gauges(Lifetime):
    """Samples: (seconds since the start, messages by queue), and (seconds, bytes by function)."""

    cloud: LocalCloud
    group: int
    backlog: list[tuple[float, dict[str, int]]] = field(default_factory=list)
    memory: list[tuple[float, dict[str, int]]] = field(default_factory=list)

    def start(self) -> None:
        """Begin to measure."""
        self.began = time.monotonic()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Measure no more."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        queues = [name for name in self.cloud.outputs if name.endswith("QueueUrl")]
        names = [queue.removesuffix("QueueUrl") for queue in queues]
        while not self._stop.wait(_EVERY_SECONDS):
            seconds = time.monotonic() - self.began
            self.backlog.append(
                (seconds, {name: self.cloud.depth(f"{name}Queue") for name in names})
            )
            self.memory.append((seconds, memory_of_workers(self.group)))


def memory_of_workers(group: int) -> dict[str, int]:
    """The resident memory of the largest worker of each function in a process group, in bytes."""
    found: dict[str, int] = {}
    for process, function in workers(group):
        try:
            pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        except (OSError, IndexError):
            continue  # the process has ended meanwhile
        name = function.lower()
        found[name] = max(found.get(name, 0), pages * _PAGE_BYTES)
    return found


def growth(memory: list[tuple[float, dict[str, int]]]) -> dict[str, tuple[int, int]]:
    """By function, the memory of its largest worker in the second and last third of the time."""
    third = len(memory) // 3
    parts = (memory[third : 2 * third], memory[2 * third :])
    names = sorted({name for part in parts for _, sample in part for name in sample})
    return {
        name: (
            max((sample.get(name, 0) for _, sample in parts[0]), default=0),
            max((sample.get(name, 0) for _, sample in parts[1]), default=0),
        )
        for name in names
    }
