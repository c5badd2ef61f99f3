"""Lines that a function adds to files which others share: put at the end of a block, and taken out.

A block is what follows a line that a pattern matches: lines of one indentation, up to a blank line
or one that is indented otherwise. A longer line's continuation is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from operations.command import CommandError


@dataclass(frozen=True)
class Entry:
    """A line in the block of a file that starts below the line that `start` matches."""

    path: Path
    start: str
    line: str

    def add(self) -> None:
        """Put the line behind the block's last one.

        Raises:
            CommandError: the file has no such block.
        """
        lines = _lines(self.path)
        lines.insert(self._end(lines), f"{self.line}\n")
        self.path.write_text("".join(lines), encoding="utf-8")

    def remove(self) -> None:
        """Take the line out, wherever in the block it is.

        Raises:
            CommandError: the file has no such block, or the block no such line.
        """
        lines = _lines(self.path)
        block = lines[self._start(lines) : self._end(lines)]
        if f"{self.line}\n" not in block:
            raise CommandError(
                f"{self.path.name} has no line {self.line.strip()!r}: was it changed?"
            )
        del lines[self._start(lines) + block.index(f"{self.line}\n")]
        self.path.write_text("".join(lines), encoding="utf-8")

    def _start(self, lines: list[str]) -> int:
        """The index of the block's first line."""
        found = [number for number, line in enumerate(lines) if re.search(self.start, line)]
        if len(found) != 1:
            raise CommandError(
                f"{self.path.name} has {len(found)} lines like {self.start!r}, not one: "
                "it was changed in a way that this command does not know"
            )
        return found[0] + 1

    def _end(self, lines: list[str]) -> int:
        """The index behind the block's last line."""
        end = start = self._start(lines)
        margin = _margin(lines[start])
        while end < len(lines) and lines[end].strip() and _margin(lines[end]) >= margin:
            end += 1
        return end


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines(keepends=True)


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
