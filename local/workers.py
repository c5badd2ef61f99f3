"""The processes that run a local cloud's functions, as Linux lists them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

_PROCESSES = Path("/proc")
_FUNCTION = re.compile(r"-([A-Z][a-z0-9]+)Function-")


def workers(group: int) -> Iterator[tuple[int, str]]:
    """The ids of functions' processes in a process group, each with its function, such as `Quota`.

    A process is known by its folder, which holds the function's code; one that a function has
    started itself, such as a reader of videos, is not among them. Where there is no /proc, there
    are none.
    """
    for process in _PROCESSES.glob("[0-9]*"):
        try:
            if os.getpgid(int(process.name)) != group:
                continue
            parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
            function, started_by = (_function_of(each) for each in (process.name, parent))
        except OSError:
            continue  # another's, or it has ended meanwhile
        if function is not None and started_by is None:
            yield int(process.name), function


def _function_of(process: str) -> str | None:
    found = _FUNCTION.search(os.readlink(_PROCESSES / process / "cwd"))
    return found and found[1]
