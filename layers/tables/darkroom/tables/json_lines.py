"""JSON lines into rows: an object on each line, whose names are the columns.

The rules are those of RFC 8259, of JSON Lines (https://jsonlines.org) and of Python's json module.
A number keeps its digits as they are written, and an object or a list inside a value its own text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from darkroom.kinds import TableFormat
from darkroom.tables.clock import Clock
from darkroom.tables.columns import Columns, names_of
from darkroom.tables.errors import LinesLost, NotATable, TooManyColumns
from darkroom.tables.limits import TableLimits
from darkroom.tables.natures import Nature, Natures
from darkroom.tables.reading import Reading, Writing
from darkroom.tables.rows import RowWriter
from darkroom.tables.source import Text

_BLANKS = " \t"
_LONGEST_NAME = 1000
_SHAPES_SIZE = 16 << 20  # of the names of all shapes together, about, in bytes


class _Integer(str):
    """A number without fraction and exponent, as it is written."""

    __slots__ = ()


class _Decimal(str):
    """Any other number, as it is written."""

    __slots__ = ()


class _Constant(str):
    """NaN or Infinity, which are no JSON, but which many programs write."""

    __slots__ = ()


_NATURES: dict[type, Nature] = {
    str: Nature.TEXT,
    tuple: Nature.TEXT,
    list: Nature.TEXT,
    _Integer: Nature.INTEGER,
    _Decimal: Nature.DECIMAL,
    _Constant: Nature.ERROR,
    bool: Nature.BOOLEAN,
}
_EMPTY = type(None)
_WORDS = {None: "", True: "true", False: "false"}
# An object is a tuple of its pairs, so that a name that comes twice is seen.
_DECODER = json.JSONDecoder(
    object_pairs_hook=tuple, parse_int=_Integer, parse_float=_Decimal, parse_constant=_Constant
)


class _Unsound(Exception):
    """A line is no row, for a reason."""


@dataclass
class _Shape:
    """What objects of the same names and types of values have in common."""

    reason: str = ""  # that they are rejected for, if they are
    columns: tuple[int, ...] = ()
    types: tuple[type, ...] = ()
    values: int = 0  # that are not empty
    is_in_order: bool = False  # their values are those of the first columns
    others: Sequence[int] = ()  # places of values that are not written as they are
    has_inside: bool = False  # of its values some are objects or lists
    times: int = 0


class JsonLines:
    """Takes text block by block and writes the objects on its lines to `out` as rows.

    `lines` are all lines that were taken, and `blank_lines` those without anything. `columns` are
    the names, in the order in which they came.
    """

    def __init__(self, out: BinaryIO, limits: TableLimits) -> None:
        self.writer = RowWriter(out, limits)
        self.lines = self.blank_lines = 0
        self.columns: dict[str, int] = {}
        self._limits = limits
        self._natures = Natures()
        self._shapes: dict[tuple[tuple[str, ...], tuple[type, ...]], _Shape] = {}
        self._shapes_size = 0
        self._rest = b""
        self._skipping = False
        self._line = 0  # of the file, that is gone through

    def feed(self, block: bytes) -> None:
        """Take the next part of the text, whose lines end with `\\n`."""
        self.lines += block.count(b"\n")
        if self._skipping:
            _, newline, block = block.partition(b"\n")
            if not newline:
                return
            self._skipping = False
        whole, newline, rest = (self._rest + block).rpartition(b"\n")
        if newline:
            self._each_line(whole)
        self._rest = rest
        if len(rest) > self._limits.max_record_bytes:
            self._line += 1
            self.writer.reject(self._line, "too-long", rest)
            self._skipping, self._rest = True, b""

    def finish(self) -> None:
        """Take the end of the text: its last line may lack its end."""
        if self._rest:
            self._each_line(self._rest)
        self.lines += bool(self._rest) or self._skipping
        self._rest = b""
        self._count_natures()

    def told(self) -> Any:
        """What each column is, by the types of its values."""
        return self._natures.told(len(self.columns), has_dates=False)

    def _each_line(self, text: bytes) -> None:
        for line in text.split(b"\n"):
            self._line += 1
            try:
                self._take(line)
            except _Unsound as unsound:
                self.writer.reject(self._line, str(unsound), line)

    def _take(self, data: bytes) -> None:
        if len(data) > self._limits.max_record_bytes:
            raise _Unsound("too-long")
        try:
            line = data.decode().strip(_BLANKS)
        except UnicodeDecodeError:
            raise _Unsound("encoding") from None
        if not line:
            self.blank_lines += 1
            return
        pairs = _object(line)
        names, values = zip(*pairs, strict=True) if pairs else ((), ())
        if "" in values:  # an empty text is an empty value, as in a delimited text
            values = _without_empty_texts(values)
        key = (names, tuple(map(type, values)))
        shape = self._shapes.get(key) or self._shape(*key)
        if shape.reason:
            raise _Unsound(shape.reason)
        texts: Sequence[str] = values
        if shape.others:
            texts = _texts(line, values, shape)
        if not shape.is_in_order:
            row = [""] * (max(shape.columns, default=-1) + 1)
            for column, text in zip(shape.columns, texts, strict=True):
                row[column] = text
            texts = row
        # Only behind a backslash or inside another value can there be what needs quotes.
        write = self.writer.add_any if "\\" in line or shape.has_inside else self.writer.add
        try:
            write(texts, self._line, shape.values)
        except UnicodeEncodeError:
            raise _Unsound("encoding") from None
        except ValueError:
            raise _Unsound("nul") from None
        shape.times += 1

    def _shape(self, names: tuple[str, ...], types: tuple[type, ...]) -> _Shape:
        """What objects of these names and types have in common; new names are new columns."""
        if len(set(names)) < len(names):
            shape = _Shape("duplicate-name")
        elif any(len(name) > _LONGEST_NAME for name in names):
            shape = _Shape("name-too-long")
        else:
            columns = tuple(self.columns.setdefault(name, len(self.columns)) for name in names)
            if len(self.columns) > self._limits.max_columns:
                raise TooManyColumns(
                    f"The objects of this file have more than {self._limits.max_columns:,} names, "
                    "which are as many columns."
                )
            shape = _Shape(
                columns=columns,
                types=types,
                values=len(types) - types.count(_EMPTY),
                is_in_order=columns == tuple(range(len(columns))),
                others=[at for at, type_ in enumerate(types) if not issubclass(type_, str)],
                has_inside=not {tuple, list}.isdisjoint(types),
            )
        self._shapes_size += sum(map(len, names)) + 100 * len(names) + 500
        if self._shapes_size > _SHAPES_SIZE:
            self._count_natures()
            self._shapes.clear()
            self._shapes_size = 0
        self._shapes[names, types] = shape
        return shape

    def _count_natures(self) -> None:
        for shape in self._shapes.values():
            for column, type_ in zip(shape.columns, shape.types, strict=True):
                if type_ is not _EMPTY:
                    self._natures.add(column, _NATURES[type_], shape.times)
            shape.times = 0


def _object(line: str) -> tuple[tuple[str, Any], ...]:
    """The names and values of the object that is all of a line.

    Raises:
        _Unsound: there is none, or more than one.
    """
    try:
        value, end = _DECODER.raw_decode(line)
    except RecursionError:
        raise _Unsound("too-deep") from None
    except ValueError:
        raise _Unsound("not-json") from None
    if end != len(line):
        raise _Unsound("not-json")
    if not isinstance(value, tuple):
        raise _Unsound("not-object")
    return value


def _without_empty_texts(values: tuple[Any, ...]) -> tuple[Any, ...]:
    found, at = list(values), -1
    for _ in range(found.count("")):
        at = found.index("", at + 1)
        found[at] = None
    return tuple(found)


def _texts(line: str, values: tuple[Any, ...], shape: _Shape) -> list[str]:
    """Values as text: those that hold others as they are written in their line."""
    texts = list(values)
    written = list(_written(line)) if shape.has_inside else []
    for at in shape.others:
        value = texts[at]
        texts[at] = written[at] if isinstance(value, tuple | list) else _WORDS[value]
    return texts


def _written(line: str) -> Iterator[str]:
    """The values of a sound object, each as it is written."""
    at = _behind(line, line.index("{") + 1)
    while line[at] != "}":
        _, at = _DECODER.raw_decode(line, at)
        at = _behind(line, _behind(line, at) + 1)
        start = at
        _, at = _DECODER.raw_decode(line, at)
        yield line[start:at]
        at = _behind(line, at)
        if line[at] == ",":
            at = _behind(line, at + 1)


def _behind(line: str, at: int) -> int:
    """Where a line goes on behind blanks."""
    while line[at] in _BLANKS:
        at += 1
    return at


def read_json_lines(
    chunks: Iterator[bytes], folder: Path, limits: TableLimits, clock: Clock
) -> Reading:
    """What is in a text of JSON lines whose bytes come in chunks.

    Raises:
        PermanentError: it is beyond the limits.
    """
    text, path = Text(chunks, is_unicode=True), folder / "records.csv"
    with path.open("wb") as out:
        lines = JsonLines(out, limits)
        for block in text.blocks():
            lines.feed(block)
            clock.check()
        lines.finish()
        writer, names = lines.writer, names_of([*lines.columns])
        if not writer.rows and lines.lines - lines.blank_lines == 1:
            raise NotATable(
                "All of this file is one line, which is no row. "
                "A table of JSON has an object on each line."
            )
        if writer.rows and not names:
            raise NotATable("The objects of this file are all empty.")
        records = writer.records(path, len(names))

    def check(columns: Columns) -> None:
        """Raises LinesLost unless each line is in a row, told or blank, with all of its values."""
        rows, values = columns.rows(), columns.values()
        found = rows + writer.rejected_rows + lines.blank_lines
        if found != lines.lines or values != writer.values:
            raise LinesLost(
                f"{lines.lines:,} lines with {writer.values:,} values, but {rows:,} rows with "
                f"{values:,} values, {writer.rejected_rows:,} rejected and "
                f"{lines.blank_lines:,} blank lines."
            )

    return Reading(
        writing=Writing(
            format=TableFormat.JSON_LINES,
            encoding=text.encoding,
            lines=lines.lines,
            blank_lines=lines.blank_lines,
            has_header=True,
        ),
        records=records,
        names=names,
        told=lines.told(),
        rejects=writer.rejects,
        rejected_rows=writer.rejected_rows,
        line_of=writer.places.line_of,
        check=check,
    )
