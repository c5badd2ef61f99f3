"""How commands write to a terminal, or to a file or pipe."""

from __future__ import annotations

import sys
from typing import Any

from darkroom.printable import printable
from rich.console import Console
from rich.markup import escape
from rich.text import Text

_WIDE = 140  # columns, where the output is no terminal


class Screen(Console):
    """A console that shows text as it is: a file's name may hold escape sequences."""

    def render_str(self, text: str, **options: Any) -> Text:
        lines = text.split("\n")
        return super().render_str("\n".join(map(visible, lines)), **options)


def visible(text: str) -> str:
    """Text in one line, without what a terminal would act on."""
    return printable(text, instead="\N{REPLACEMENT CHARACTER}")


console = Screen(highlight=False, width=None if sys.stdout.isatty() else _WIDE)


def shorten(text: str, length: int) -> str:
    """Text as one line of at most `length` characters, its middle cut out, its markup escaped."""
    line = " ".join(text.split())
    if len(line) > length:
        half = (length - 1) // 2
        line = f"{line[:half]}…{line[-half:]}"
    return escape(line)


def age(seconds: float) -> str:
    """A duration for people: `3 min`, `2 h`, `5 d`."""
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"
