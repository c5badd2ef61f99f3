"""Rows and values that break apart: counted all, the first of them told with line and reason."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

_TOLD = 1000
_MOST_TEXT = 200
# What a spreadsheet takes for a formula: https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
SENTENCES = {
    "too-few-columns": "The row has fewer values than the header.",
    "too-many-columns": "The row has more values than the header.",
    "unclosed-quote": "A quotation mark is opened and not closed.",
    "text-after-quote": "Text follows a closing quotation mark.",
    "encoding": "The row has bytes that are no text.",
    "nul": "The row has a NUL character.",
    "too-long": "The row is too long.",
    "not-json": "The line is no JSON.",
    "not-object": "The line is JSON, but no object.",
    "duplicate-name": "The object has a name twice.",
    "name-too-long": "A name in the object is too long.",
    "too-deep": "The line has too many objects or lists inside each other.",
    "broken-cell": "A cell of the row cannot be read.",
    "not-integer": "The value is not a whole number.",
    "not-decimal": "The value is not a number.",
    "not-date": "The value is not a date.",
    "not-datetime": "The value is not a date with a time.",
    "not-boolean": "The value is neither true nor false.",
}


@dataclass(frozen=True, order=True)
class Reject:
    """A row or a value that breaks apart.

    `line` is that of the file, as an editor counts, or the row of a sheet; 0 where it is not known.
    """

    line: int
    column: str
    reason: str
    text: str


@dataclass
class Rejects:
    """All of a file: how many there are of each reason, and the first.

    Each is at a `place`: at a line of the file, or at a row of the sheet.
    """

    place: str = "line"
    counts: Counter[str] = field(default_factory=Counter)
    told: list[Reject] = field(default_factory=list)

    def add(self, line: int, reason: str, text: bytes | str, column: str = "") -> None:
        """Count one, and remember it if it is among the first."""
        self.counts[reason] += 1
        self.tell(line, reason, text, column)

    @property
    def room(self) -> int:
        """How many more are remembered."""
        return _TOLD - len(self.told)

    def tell(self, line: int, reason: str, text: bytes | str, column: str = "") -> None:
        """Remember one that is counted already, if it is among the first."""
        if self.room:
            shown = text if isinstance(text, bytes) else text[:_MOST_TEXT].encode(errors="replace")
            told = shown.decode("utf-8", "replace")[:_MOST_TEXT]
            self.told.append(Reject(line, column, reason, told))

    def write(self, path: Path) -> None:
        """A CSV file of those that are told, which no spreadsheet takes for formulas."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("line", "column", "reason", "explanation", "text"))
            for each in sorted(self.told):
                row = (each.line or "", each.column, each.reason, SENTENCES[each.reason], each.text)
                writer.writerow([unmarked(value) for value in row])


def unmarked(value: object) -> object:
    """A value that a spreadsheet shows and never runs: an apostrophe stands before a formula."""
    if isinstance(value, str) and value.lstrip(" ").startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
