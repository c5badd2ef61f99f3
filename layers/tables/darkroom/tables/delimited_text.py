"""A delimited text into rows: how it is written, its columns' names, and what follows them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from darkroom.delimited import Dialect, dialect_of
from darkroom.kinds import TableFormat
from darkroom.tables.clock import Clock
from darkroom.tables.columns import Columns, is_header, names_of
from darkroom.tables.database import Records
from darkroom.tables.errors import LinesLost, NotATable, TooManyColumns
from darkroom.tables.limits import TableLimits
from darkroom.tables.reading import Reading, Writing
from darkroom.tables.records import RecordReader
from darkroom.tables.source import Text


def read_delimited(
    chunks: Iterator[bytes], folder: Path, limits: TableLimits, clock: Clock
) -> Reading:
    """What is in a delimited text whose bytes come in chunks.

    Raises:
        PermanentError: it is no table, or one beyond the limits.
    """
    text, path = _Delimited(chunks, limits), folder / "records.csv"
    with path.open("wb") as out:
        reader = RecordReader(
            out,
            delimiter=text.dialect.delimiter,
            names=text.names,
            limits=limits,
            first_line=text.lines_before + 1,
        )
        for block in text.blocks(text.start):
            reader.feed(block)
            clock.check()
        reader.finish()

    def line_of(row: int) -> int:
        with path.open("rb") as passed_on:
            return reader.places.line_of(row, passed_on)

    return Reading(
        writing=Writing(
            format=TableFormat.DELIMITED,
            encoding=text.encoding,
            delimiter=text.dialect.delimiter,
            title_lines=text.dialect.title_lines,
            has_header=text.has_header,
            lines=text.lines_before + reader.lines,
            blank_lines=reader.blank_lines,
        ),
        records=Records(path, text.dialect.delimiter, len(text.names), reader.rows, reader.bytes),
        names=text.names,
        told=None,
        rejects=reader.rejects,
        rejected_rows=reader.rejected_rows,
        line_of=line_of,
        check=lambda columns: _account(text, reader, columns),
    )


def _account(text: _Delimited, reader: RecordReader, columns: Columns) -> None:
    """Make sure that each line of the file is in a row, told as rejected, or before the rows.

    What DuckDB has read is counted in its own file, not by who passed it on.

    Raises:
        LinesLost: it is not so.
    """
    rows = columns.rows()
    inner = columns.inner_newlines() if reader.inner_newlines else 0
    found = rows + inner + reader.rejected_lines + reader.blank_lines
    if found != reader.lines:
        raise LinesLost(
            f"{reader.lines + text.lines_before:,} lines, but {rows:,} rows, {inner:,} line ends "
            f"inside values, {reader.rejected_lines:,} rejected and {reader.blank_lines:,} blank "
            f"lines, and {text.lines_before:,} before the rows."
        )


class _Delimited(Text):
    """A delimited text. Its rows begin behind `lines_before`, at byte `start` of the first."""

    def __init__(self, chunks: Iterator[bytes], limits: TableLimits) -> None:
        super().__init__(chunks)
        self.dialect, header, self.start = self._beginning(limits)
        self.has_header = is_header(header)
        self.names = names_of(header if self.has_header else [""] * len(header))
        if not self.has_header:
            self.start = self._place_of(self.dialect.title_lines)
        self.lines_before = self.first.count(b"\n", 0, self.start)

    def _beginning(self, limits: TableLimits) -> tuple[Dialect, list[str], int]:
        """How values are separated, the first record behind the titles, and where that ends."""
        sample = self.first.decode("utf-8", "replace")
        dialect = dialect_of(sample, whole=self.is_whole)
        if dialect is None:
            raise NotATable("This file has no columns that can be told apart.")
        at = self._place_of(dialect.title_lines)
        # Its lines end with a line feed alone: those of str.splitlines would end at more.
        head = self.first[at : at + limits.max_record_bytes].decode("utf-8", "replace")
        reader = csv.reader(io.StringIO(head), delimiter=dialect.delimiter, strict=True)
        try:
            header = next(reader)
        except (csv.Error, StopIteration):
            raise NotATable("The first line of this table cannot be read.") from None
        if len(header) > limits.max_columns:
            raise TooManyColumns(
                f"This table has {len(header):,} columns or more; "
                f"at most {limits.max_columns:,} can be read."
            )
        if len(header) < 2:
            raise NotATable("This file has no columns that can be told apart.")
        return dialect, header, self._place_of(dialect.title_lines + reader.line_num)

    def _place_of(self, line: int) -> int:
        """Where a line begins in the text that is at hand, or where that ends."""
        at = 0
        for _ in range(line):
            at = self.first.find(b"\n", at) + 1
            if at == 0:
                return len(self.first)
        return at
