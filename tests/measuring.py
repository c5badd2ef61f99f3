"""What work takes: of the processor, and of this process's memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_RESET, _STATUS = Path("/proc/self/clear_refs"), Path("/proc/self/status")


@contextmanager
def measured(taken: dict[str, float]) -> Iterator[None]:
    """Note the processor's seconds, and the bytes of memory at most; on Linux alone these."""
    before = peak_of_memory(reset=True)
    began = time.process_time()
    yield
    taken["seconds"] = time.process_time() - began
    taken["bytes"] = peak_of_memory() - before


def peak_of_memory(*, reset: bool = False) -> int:
    """The most memory that this process has had since it was reset; 0 where nobody tells."""
    try:
        if reset:
            _RESET.write_text("5")
        lines = _STATUS.read_text().splitlines()
    except OSError:
        return 0
    [kilobytes] = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(kilobytes) * 1024
