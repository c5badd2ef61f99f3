"""The rows of a sheet: which of them are titles, which one names the columns, and the others."""

from __future__ import annotations

from collections import Counter
from typing import BinaryIO, NamedTuple

from darkroom.tables.columns import is_header, names_of
from darkroom.tables.errors import TooManyColumns
from darkroom.tables.limits import TableLimits
from darkroom.tables.natures import Nature, Natures, Told
from darkroom.tables.rows import RowWriter

_SAMPLED_ROWS, _SAMPLED_BYTES = 200, 4 << 20
_CELL_BYTES = 100  # that a cell takes beside its text, about
_RANK = 0.75  # among the rows by their cells, of one that has as many as rows usually have
_OF_USUAL = 0.8  # of as many cells as rows usually have, the first row of the table has
_OF_USUAL_NAMED = 0.5  # the same where it names columns


class Row(NamedTuple):
    """A row with its number in the sheet, or why it is rejected.

    Of each cell that holds something there are its column, its text, and what that is.
    """

    number: int
    columns: list[int]
    texts: list[str]
    natures: list[Nature]
    reason: str

    def names(self) -> bool:
        """Whether it names columns, rather than holding values."""
        are_texts = set(self.natures) == {Nature.TEXT}
        return not self.reason and are_texts and is_header(self.texts)


class SheetRows:
    """Takes the rows of a sheet and writes those of its table to `out`.

    `seen` are the rows with anything in them, and `last` is the number of the last one. `before`
    are those above the table's first row, with `titles` among them. `names` are the columns'.
    """

    def __init__(self, out: BinaryIO, limits: TableLimits) -> None:
        self.writer = RowWriter(out, limits, place="row")
        self.seen = self.last = self.before = self.titles = 0
        self.has_header = False
        self.names: list[str] = []
        self._limits = limits
        self._header: list[str] = []
        self._columns: dict[int, int] = {}
        self._counts: Counter[tuple[int, Nature]] = Counter()
        self._usual: list[int] = []  # columns of the row before, and their places
        self._places: list[int] = []
        self._is_in_order = True
        self._sample: list[Row] | None = []
        self._sampled_bytes = 0

    def take(self, row: Row) -> None:
        """Take the next row.

        Raises:
            TooManyColumns, MostlyBroken, UnpacksTooLarge: it is beyond the limits.
        """
        if not row.columns and not row.reason:
            return
        self.seen += 1
        self.last = row.number
        if self._sample is None:
            self._pass_on(row)
            return
        self._sample.append(row)
        self._sampled_bytes += sum(map(len, row.texts)) + _CELL_BYTES * len(row.texts)
        if len(self._sample) >= _SAMPLED_ROWS or self._sampled_bytes > _SAMPLED_BYTES:
            self._begin(self._sample)

    def finish(self) -> None:
        """All rows were taken."""
        if self._sample:
            self._begin(self._sample)
        self.names = names_of(self._header)

    def told(self) -> list[Told]:
        """What each column is, by the types of its cells."""
        natures = Natures()
        for (column, nature), times in self._counts.items():
            natures.add(self._columns[column], nature, times)
        return natures.told(len(self._header), has_dates=True)

    def _begin(self, sample: list[Row]) -> None:
        """Tell where the table begins from its first rows, and pass them on."""
        self._sample = None
        first = _first_of_table(sample)
        rows = sample[first:]
        self.titles = self.before = first
        self.has_header = rows[0].names()
        for column in sorted({at for row in rows if not row.reason for at in row.columns}):
            self._place_of(column)
        if self.has_header:
            header = rows.pop(0)
            for column, text in zip(header.columns, header.texts, strict=True):
                self._header[self._columns[column]] = text
            self.before += 1
        for row in rows:
            self._pass_on(row)

    def _pass_on(self, row: Row) -> None:
        reason = row.reason
        if not reason:
            try:
                self.writer.add_any(self._in_place(row), row.number, len(row.texts))
            except UnicodeEncodeError:
                reason = "encoding"
            except ValueError:
                reason = "nul"
        if reason:
            text = ", ".join(text[:100] for text in row.texts[:20])
            self.writer.reject(row.number, reason, text)
        else:
            self._counts.update(zip(row.columns, row.natures, strict=True))

    def _in_place(self, row: Row) -> list[str]:
        """The texts of a row, each where its column is in the table."""
        if row.columns != self._usual:
            self._usual = row.columns
            self._places = [self._place_of(column) for column in row.columns]
            self._is_in_order = self._places == [*range(len(self._places))]
        if self._is_in_order:
            return row.texts
        texts = [""] * (max(self._places) + 1)
        for place, text in zip(self._places, row.texts, strict=True):
            texts[place] = text
        return texts

    def _place_of(self, column: int) -> int:
        """Where a column of the sheet is in the table; it is the table's last if it is new."""
        if column not in self._columns:
            if len(self._header) >= self._limits.max_columns:
                raise TooManyColumns(
                    f"This table has more than {self._limits.max_columns:,} columns, "
                    "which is more than can be read."
                )
            self._columns[column] = len(self._header)
            self._header.append("")
        return self._columns[column]


def _first_of_table(sample: list[Row]) -> int:
    """Which row is the table's first one: those above it have far fewer cells than most."""
    counts = sorted(len(row.columns) for row in sample if not row.reason)
    usual = counts[int(_RANK * len(counts))] if counts else 0
    first = next(
        (
            at for at, row in enumerate(sample)
            if not row.reason and len(row.columns) >= _OF_USUAL * usual
        ),
        0,
    )  # fmt: skip
    above = sample[first - 1] if first else None
    if above is None or sample[first].names() or not above.names():
        return first
    is_next = above.number + 1 == sample[first].number
    return first - 1 if is_next and len(above.columns) >= _OF_USUAL_NAMED * usual else first
