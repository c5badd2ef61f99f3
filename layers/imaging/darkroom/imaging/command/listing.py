"""Inspected files as lines that fit a terminal."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from collections.abc import Sequence

from darkroom.imaging.command.inspection import Inspected
from darkroom.printable import printable

_NAME_FRACTION = 0.4  # of the line, for the name of the file
_NUMBERS = "{bytes:>9} {memory:>7} {seconds:>7}"


def print_progress(number: int, total: int, name: str) -> None:
    """Print the file that is being worked on; nothing where nobody watches."""
    if sys.stderr.isatty():
        line = f"[{number + 1}/{total}] {name}"
        print(f"\r\x1b[K{_cut(line, _width() - 1)}", end="", file=sys.stderr, flush=True)


def print_row(inspected: Inspected) -> None:
    """Print the line of one file."""
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)
    print(row(inspected, _width()), flush=True)


def print_summary(files: Sequence[Inspected]) -> None:
    """Print the number of each outcome, and the file that took most memory."""
    outcomes = Counter(inspected.outcome for inspected in files)
    counts = ", ".join(f"{outcomes[outcome]} {outcome}" for outcome in ("ok", "reject", "crash"))
    largest = max(files, key=lambda inspected: inspected.peak_rss_bytes)
    seconds = sum(inspected.cpu_seconds for inspected in files)
    print(
        f"{len(files)} files: {counts}; {seconds:.1f} s of CPU; "
        f"at most {_mega(largest.peak_rss_bytes)} ({printable(largest.path, instead='?')})"
    )


def row(inspected: Inspected, width: int) -> str:
    """A line: name, outcome, format or reason, bytes made, peak memory, CPU seconds."""
    made = sum(rendition["bytes"] for rendition in inspected.renditions)
    numbers = _NUMBERS.format(
        bytes=f"{made / 1000:,.0f} kB" if made else "",
        memory=_mega(inspected.peak_rss_bytes),
        seconds=f"{inspected.cpu_seconds:.2f} s",
    )
    name = max(12, int((width - len(numbers)) * _NAME_FRACTION))
    room = max(8, width - len(numbers) - name - 9)
    what = _cut(_what(inspected), room)
    return f"{_cut(inspected.path, name):<{name}} {inspected.outcome:<6} {what:<{room}} {numbers}"


def _what(inspected: Inspected) -> str:
    if inspected.outcome != "ok":
        return ": ".join(filter(None, (inspected.reason, inspected.message)))
    frames = f" {inspected.frames} frames" if inspected.frames and inspected.frames > 1 else ""
    return f"{inspected.format} {inspected.width}×{inspected.height}{frames}"


def _cut(text: str, room: int) -> str:
    text = printable(text, instead="?")
    return text if len(text) <= room else text[: room - 1] + "…"


def _mega(size: int) -> str:
    return f"{size / 1e6:,.0f} MB"


def _width() -> int:
    return max(60, shutil.get_terminal_size().columns)
