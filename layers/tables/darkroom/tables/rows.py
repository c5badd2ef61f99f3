"""Rows whose values are known already, written as text for DuckDB, and where they are."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from darkroom.tables.database import Records
from darkroom.tables.errors import UnpacksTooLarge
from darkroom.tables.limits import TableLimits
from darkroom.tables.records import mostly_broken
from darkroom.tables.rejects import Rejects

# The unit separator of ASCII, which hardly any value holds. The mark before it makes a line of a
# row without values, too.
DELIMITER = "\x1f"
_MARK = "." + DELIMITER
_MOST_PLACES = 1_000_000
_AT_ONCE = 1 << 20  # characters


class RowPlaces:
    """Which line of the file each row is at: only where one does not follow the other is noted."""

    def __init__(self) -> None:
        self._rows, self._lines = array("q"), array("q")

    def note(self, row: int, line: int) -> None:
        """Row `row` is at this line of the file; rows are noted in their order."""
        if self._rows and line - row == self._lines[-1] - self._rows[-1]:
            return
        if len(self._rows) < _MOST_PLACES:
            self._rows.append(row)
            self._lines.append(line)

    def line_of(self, row: int) -> int:
        """The line of the file that a row is at; 0 where too many rows are out of order."""
        at = bisect_right(self._rows, row) - 1
        return 0 if at + 1 == _MOST_PLACES else self._lines[at] + row - self._rows[at]


class RowWriter:
    """Writes rows to `out`, and remembers those that are rejected.

    `rows` were passed on with `values` that are not empty, in `bytes` of text.
    """

    def __init__(self, out: BinaryIO, limits: TableLimits, *, place: str = "line") -> None:
        """A row of the file is at a `place`: at a line of it, or at a row of its sheet."""
        self._out = out
        self._limits = limits
        self._waiting: list[str] = []
        self._waiting_size = 0
        self._ahead = -1  # of a row's number its line is so much
        self.rejects = Rejects(place)
        self.places = RowPlaces()
        self.rows = self.values = self.bytes = self.rejected_rows = 0

    def add_any(self, texts: Sequence[str], line: int, values: int) -> None:
        """Write a row of any texts, of which so many are not empty.

        Raises:
            ValueError: one has a NUL character, which no value may have.
            UnicodeEncodeError: one has half of a character.
        """
        text = DELIMITER.join(texts)
        if not text.isascii():
            text.encode()
        is_plain = text.count(DELIMITER) == max(0, len(texts) - 1)
        if not is_plain or '"' in text or "\n" in text or "\r" in text or "\0" in text:
            texts = [plain(each) for each in texts]
        self.add(texts, line, values)

    def add(self, texts: Sequence[str], line: int, values: int) -> None:
        """Write a row whose texts `plain` has made plain; so many of them are not empty."""
        if line - self.rows != self._ahead:
            self._ahead = line - self.rows
            self.places.note(self.rows, line)
        text = _MARK + DELIMITER.join(texts) + "\n"
        self._waiting.append(text)
        self._waiting_size += len(text)
        self.rows += 1
        self.values += values
        if self._waiting_size >= _AT_ONCE:
            self.flush()

    def reject(self, line: int, reason: str, text: bytes | str) -> None:
        """Remember a row that breaks apart.

        Raises:
            MostlyBroken: there are more of them than the limits allow.
        """
        self.rejects.add(line, reason, text)
        self.rejected_rows += 1
        if self.rejected_rows > self._limits.max_broken_rows:
            raise mostly_broken(self.rejects, self.rejected_rows)

    def flush(self) -> None:
        """Write what waits.

        Raises:
            UnpacksTooLarge: the rows together are larger than a table may be, as where one text of
                a workbook stands in many cells.
        """
        text = "".join(self._waiting).encode()
        self._waiting.clear()
        self._waiting_size = 0
        self._out.write(text)
        self.bytes += len(text)
        if self.bytes > 2 * self._limits.max_bytes:
            raise UnpacksTooLarge(
                "The rows of this table are too large together. Please upload it in parts."
            )

    def records(self, path: Path, columns: int) -> Records:
        """What was passed on, once all of it is written."""
        self.flush()
        self._out.flush()
        return Records(path, DELIMITER, columns, self.rows, self.bytes, has_mark=True)


def plain(text: str) -> str:
    """A text as a value of a row: with line feeds alone, and in quotes where it needs them.

    Raises:
        ValueError: it has a NUL character, which no value may have.
    """
    if "\0" in text:
        raise ValueError("a NUL character")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if '"' in text or "\n" in text or DELIMITER in text:
        return '"' + text.replace('"', '""') + '"'
    return text
