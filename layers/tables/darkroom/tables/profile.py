"""One table, from its bytes to its profile: every line of it accounted for."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from darkroom.delimited import Dialect, dialect_of
from darkroom.tables.columns import Column, Columns, is_header, names_of
from darkroom.tables.database import database, read_records, row_group
from darkroom.tables.errors import LinesLost, NotATable, TooManyColumns, takes_too_long
from darkroom.tables.limits import TableLimits
from darkroom.tables.records import RecordReader, mostly_broken
from darkroom.tables.source import Decoder, unpacked

_SAMPLE_BYTES = 1 << 20
_BLOCK_BYTES = 1 << 18
_PREVIEW_ROWS, _PREVIEW_VALUES = 20, 4000
USUAL = TableLimits()


@dataclass(frozen=True)
class Files:
    """Where a profile's files are: the table as Parquet, and what was rejected as CSV."""

    parquet: Path
    rejects: Path


@dataclass(frozen=True)
class Profile:
    """What a table is. `rejected` counts the rows, and the single values, of each reason."""

    encoding: str
    delimiter: str
    title_lines: int
    has_header: bool
    lines: int
    rows: int
    rejected_rows: int
    blank_lines: int
    rejected: dict[str, int]
    columns: list[Column]
    preview: list[list[str | None]]

    def summary(self) -> dict[str, Any]:
        """The profile in short."""
        return {
            "rows": self.rows,
            "columns": len(self.columns),
            "rejected_rows": self.rejected_rows,
            "wrong_values": sum(column.wrong for column in self.columns),
        }

    def to_dict(self) -> dict[str, Any]:
        """The profile as JSON has it."""
        return {
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "title_lines": self.title_lines,
            "has_header": self.has_header,
            "lines": self.lines,
            "blank_lines": self.blank_lines,
            **self.summary(),
            "columns": [column.to_dict() for column in self.columns],
            "rejected": self.rejected,
            "preview": self.preview,
        }


def profile_table(
    chunks: Iterable[bytes], folder: Path, limits: TableLimits = USUAL
) -> tuple[Profile, Files]:
    """What is in a table whose bytes come in chunks, and the files made of it in `folder`.

    Raises:
        PermanentError: it is no table, or one beyond the limits; the sentence says why.
        LinesLost: a line is unaccounted for.
    """
    end = time.monotonic() + limits.max_seconds
    text = _Text(unpacked(chunks, limits), limits)
    records = folder / "records.csv"
    with records.open("w+b") as out:
        reader = RecordReader(
            out,
            delimiter=text.dialect.delimiter,
            names=text.names,
            limits=limits,
            first_line=text.lines_before + 1,
        )
        for block in text.blocks():
            reader.feed(block)
            if time.monotonic() > end:
                raise takes_too_long()
        reader.finish()
        out.flush()
        if reader.rejected_rows > reader.rows:
            raise mostly_broken(reader.rejects, reader.rejected_rows)
        if not reader.rows:
            raise NotATable("This table has no rows.")
        return _profiled(text, reader, folder, limits, seconds=end - time.monotonic())


def _profiled(
    text: _Text, reader: RecordReader, folder: Path, limits: TableLimits, *, seconds: float
) -> tuple[Profile, Files]:
    raw, files = folder / "raw.parquet", Files(folder / "data.parquet", folder / "rejects.csv")
    records = folder / "records.csv"
    with database(folder, limits, seconds=seconds) as connection:
        group = row_group(reader.rows, reader.bytes)
        read_records(connection, records, text.dialect.delimiter, len(text.names), raw, group)
        columns = Columns(connection, raw, files.parquet, text.names)
        _account(text, reader, columns)
        columns.write(reader.bytes)
        profiles = columns.profiles()
        rejects = reader.rejects
        rejects.counts += columns.wrong_counts(profiles)
        with records.open("rb") as passed_on:
            for row, column, reason, value in columns.wrong_values(profiles, rejects.room):
                rejects.tell(reader.places.line_of(row, passed_on), reason, value, column)
        rejects.write(files.rejects)
        preview = columns.first_rows(max(5, min(_PREVIEW_ROWS, _PREVIEW_VALUES // len(profiles))))
    return Profile(
        encoding=text.encoding,
        delimiter=text.dialect.delimiter,
        title_lines=text.dialect.title_lines,
        has_header=text.has_header,
        lines=text.lines_before + reader.lines,
        rows=reader.rows,
        rejected_rows=reader.rejected_rows,
        blank_lines=reader.blank_lines,
        rejected=dict(rejects.counts),
        columns=profiles,
        preview=preview,
    ), files


def _account(text: _Text, reader: RecordReader, columns: Columns) -> None:
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


class _Text:
    """A file's text: how it is written, its columns' names, and what follows them."""

    def __init__(self, chunks: Iterator[bytes], limits: TableLimits) -> None:
        self._chunks = chunks
        first = b""
        for chunk in chunks:
            first += chunk
            if len(first) >= _SAMPLE_BYTES:
                break
        self._is_whole = len(first) < _SAMPLE_BYTES
        self._decoder = Decoder(first)
        self._first = self._decoder.decode(first, final=self._is_whole)
        self.dialect, self._header, self._rest = self._beginning(limits)
        self.has_header = is_header(self._header)
        self.names = names_of(self._header if self.has_header else [""] * len(self._header))
        if not self.has_header:
            self._rest = self._from(self.dialect.title_lines)
        self.lines_before = self._first[: len(self._first) - len(self._rest)].count(b"\n")

    @property
    def encoding(self) -> str:
        """What the text is written in, once all of it is read."""
        return self._decoder.encoding

    def blocks(self) -> Iterator[bytes]:
        """The text behind the header, with `\\n` at the end of lines."""
        rest, self._first = self._rest, b""
        for at in range(0, len(rest), _BLOCK_BYTES):
            yield rest[at : at + _BLOCK_BYTES]
        self._rest = b""
        if not self._is_whole:
            for chunk in self._chunks:
                for at in range(0, len(chunk), _BLOCK_BYTES):
                    yield self._decoder.decode(chunk[at : at + _BLOCK_BYTES])
            yield self._decoder.decode(b"", final=True)

    def _beginning(self, limits: TableLimits) -> tuple[Dialect, list[str], bytes]:
        """How values are separated, the first record behind the titles, and what follows it."""
        sample = self._first.decode("utf-8", "replace")
        dialect = dialect_of(sample, whole=self._is_whole)
        if dialect is None:
            raise NotATable("This file has no columns that can be told apart.")
        rest = self._from(dialect.title_lines)
        # Its lines end with a line feed alone: those of str.splitlines would end at more.
        lines = io.StringIO(rest[: limits.max_record_bytes].decode("utf-8", "replace"))
        reader = csv.reader(lines, delimiter=dialect.delimiter, strict=True)
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
        return dialect, header, self._from(dialect.title_lines + reader.line_num)

    def _from(self, line: int) -> bytes:
        """The text that is at hand, from a line on."""
        at = 0
        for _ in range(line):
            at = self._first.find(b"\n", at) + 1
            if at == 0:
                return b""
        return self._first[at:]
