"""A sheet of a workbook into rows: what its cells hold, by the types that they have themselves."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from darkroom.kinds import TableFormat
from darkroom.tables.archive import Archive
from darkroom.tables.clock import Clock
from darkroom.tables.columns import Columns
from darkroom.tables.errors import BrokenArchive, LinesLost, NotATable
from darkroom.tables.limits import TableLimits
from darkroom.tables.markup import parse
from darkroom.tables.natures import Nature
from darkroom.tables.reading import Reading, Writing
from darkroom.tables.sheet_rows import Row, SheetRows
from darkroom.tables.workbook import Meaning, Sheet, Workbook, unescaped

_MOST_ROWS, _MOST_COLUMNS = 1_048_576, 16_384  # of any sheet
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")
_ISO = re.compile(
    "([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T([0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]{1,6})?)Z?)?"
)
_MOST_OTHERS = 100  # sheets that are named
_DAY_SECONDS = 86_400
_MOST_DAYS = 1e15  # what a number stands for at most, as a time without a day, too


# What a cell holds, as text, and what that is.
Value = tuple[str, Nature]


class BrokenCell(Exception):
    """A cell holds what no spreadsheet program writes."""


class Cells:
    """Turns what a cell says into a value: its type, its style and its text."""

    def __init__(self, workbook: Workbook, limits: TableLimits) -> None:
        self._workbook = workbook
        self._most_bytes = limits.max_record_bytes
        self._meanings: dict[str, Meaning] = {}
        self._epoch = date(1904, 1, 1) if workbook.is_from_1904 else date(1899, 12, 30)

    def value(self, type_: str, style: str, text: str) -> Value:
        """A cell's value, whose text is not empty.

        Raises:
            BrokenCell: it is none.
        """
        if type_ == "n":
            return self._number(style, text)
        if type_ == "s":
            return (self._shared(text), Nature.TEXT)
        if type_ in ("str", "inlineStr"):
            return (unescaped(text), Nature.TEXT)
        if type_ == "b" and text in ("0", "1", "true", "false"):
            return ("true" if text in ("1", "true") else "false", Nature.BOOLEAN)
        if type_ == "e":
            return (text, Nature.ERROR)
        if type_ == "d" and (found := _ISO.fullmatch(text)):
            nature = Nature.MOMENT if found[2] else Nature.DAY
            return (f"{found[1]} {found[2] or '00:00:00'}", nature)
        raise BrokenCell

    def _shared(self, text: str) -> str:
        texts = self._workbook.texts
        found = texts.kept.get(text)
        if found is not None:
            return found
        if not text.isdecimal() or len(text) > 9 or int(text) >= len(texts):
            raise BrokenCell
        found = texts.text(int(text), self._most_bytes)
        if found is None:
            raise BrokenCell
        return found

    def _meaning(self, style: str) -> Meaning:
        """What numbers mean in a style, which is remembered."""
        meanings = self._workbook.meanings
        at = int(style) if style.isdecimal() and len(style) < 9 else len(meanings)
        meaning = meanings[at] if at < len(meanings) else Meaning.NUMBER
        if len(self._meanings) < len(meanings) + 1:
            self._meanings[style] = meaning
        return meaning

    def _number(self, style: str, text: str) -> Value:
        meaning = self._meanings.get(style) or self._meaning(style or "0")
        if meaning is Meaning.NUMBER and _WHOLE.fullmatch(text):
            return text, Nature.INTEGER
        try:
            number = float(text)
        except ValueError:
            raise BrokenCell from None
        if not math.isfinite(number):
            raise BrokenCell
        if meaning is not Meaning.NUMBER and (moment := self._moment(number, meaning)):
            return moment
        if number.is_integer() and abs(number) < 1e15:
            return str(int(number)), Nature.INTEGER
        return repr(number) if abs(number) < 1e15 else f"{number:.16e}", Nature.DECIMAL

    def _moment(self, number: float, meaning: Meaning) -> Value | None:
        """The day and the time that a number stands for; None where there is no such day.

        Excel takes 1900 for a leap year: 60 is its 29th of February, and what is less is a day off.
        """
        if abs(number) > _MOST_DAYS:
            return None
        milliseconds = round(number * _DAY_SECONDS * 1000)
        days, left = divmod(milliseconds, _DAY_SECONDS * 1000)
        time = _clock_time(left)
        if meaning is Meaning.TIME:
            if number < 0:
                return None
            hours = milliseconds // 3_600_000
            return (f"{hours:02d}{time[2:]}", Nature.TEXT)
        is_before = not self._workbook.is_from_1904 and days < 61
        if days < (1 if not self._workbook.is_from_1904 else 0) or (is_before and days == 60):
            return None
        try:
            day = self._epoch + timedelta(days=days + is_before)
        except OverflowError:
            return None
        has_time = meaning is Meaning.MOMENT or left > 0
        return (f"{day.isoformat()} {time}", Nature.MOMENT if has_time else Nature.DAY)


def _clock_time(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}" + (
        f".{thousandths:03d}" if thousandths else ""
    )


class SheetReader:
    """Hears of the cells of a sheet, and gives its rows to `rows`."""

    def __init__(self, cells: Cells, rows: SheetRows, limits: TableLimits) -> None:
        self.starts = self.ends = 0
        self._cells, self._rows = cells, rows
        self._most_bytes = limits.max_record_bytes
        self._places: dict[str, int] = {}
        self._row = self._column = 0
        self._columns: list[int] = []
        self._texts: list[str] = []
        self._natures: list[Nature] = []
        self._reason = ""
        self._type = self._style = self._text = ""
        self._formula: str | None = None
        self._size = 0  # of the values of a row, in bytes
        self._heard = 0  # of a cell, in characters
        self._inside = ""  # which part of a cell is heard
        self._is_aloud = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.starts += 1
        if name == "v":
            self._inside = "v"
        elif name == "c":
            before, reference = self._column, attributes.get("r")
            if reference is None:
                self._column += 1
            else:
                letters = reference.rstrip("0123456789")
                self._column = self._places.get(letters) or self._place(letters)
            if not before < self._column <= _MOST_COLUMNS:
                self._reason = self._reason or "broken-cell"
            self._type, self._style = attributes.get("t", "n"), attributes.get("s", "")
            self._text, self._formula, self._inside, self._heard = "", None, "", 0
        elif name == "row":
            self._begin_row(attributes.get("r", ""))
        elif name == "t":
            self._inside = "" if self._is_aloud else "v"
        elif name == "f":
            self._inside, self._formula = "f", ""
        elif name == "rPh":
            self._is_aloud = True

    def text(self, text: str) -> None:
        """A piece of text is in an element."""
        if not self._inside:
            return
        self._heard += len(text)
        if self._heard > self._most_bytes:
            self._reason = self._reason or "too-long"
        elif self._inside == "v":
            self._text += text
        elif self._formula is not None:
            self._formula += text

    def end(self, name: str) -> None:
        """An element is over."""
        self.ends += 1
        if name == "c":
            if self._text or self._formula is not None:
                self._end_cell()
        elif name in ("v", "t", "f"):
            self._inside = ""
        elif name == "rPh":
            self._is_aloud = False
        elif name == "row":
            row = Row(self._row, self._columns, self._texts, self._natures, self._reason)
            self._rows.take(row)

    def _begin_row(self, number: str) -> None:
        row = int(number) if number.isdecimal() and len(number) < 9 else self._row + 1
        if not self._row < row <= _MOST_ROWS:
            raise BrokenArchive("This workbook is damaged: its rows are not in order.")
        self._row, self._column = row, 0
        self._columns, self._texts, self._natures = [], [], []
        self._reason, self._size = "", 0

    def _place(self, letters: str) -> int:
        """The number of a column, 0 if it is none."""
        place = 0
        if 0 < len(letters) <= 3 and letters.isascii() and letters.isupper():
            for letter in letters:
                place = 26 * place + ord(letter) - 64
            if place <= _MOST_COLUMNS:
                self._places[letters] = place
        return place

    def _end_cell(self) -> None:
        if self._text:
            try:
                text, nature = self._cells.value(self._type, self._style, self._text)
            except BrokenCell:
                self._reason = self._reason or "broken-cell"
                text, nature = self._text, Nature.TEXT
        elif self._type == "str":
            return  # a formula whose result is an empty text
        else:
            # A formula that no program has run yet: it is told as it is, and not run here.
            text, nature = f"={self._formula}", Nature.ERROR
        self._size += len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))
        if self._size > self._most_bytes:
            self._reason = self._reason or "too-long"
        elif text:
            self._columns.append(self._column)
            self._texts.append(text)
            self._natures.append(nature)


def read_workbook(
    chunks: Iterator[bytes], folder: Path, limits: TableLimits, clock: Clock
) -> Reading:
    """What is in the first sheet of a workbook that people see and that has anything in it.

    Raises:
        PermanentError: the file is damaged, has a password, or is beyond the limits.
    """
    source, path = folder / "workbook", folder / "records.csv"
    with source.open("wb") as file:
        for chunk in chunks:
            file.write(chunk)
            clock.check()
    with Archive(source, limits) as archive, path.open("wb") as out:
        workbook = Workbook(archive, folder, clock)
        cells = Cells(workbook, limits)
        for sheet in workbook.sheets:
            rows = SheetRows(out, limits)
            if sheet.is_visible:
                parse(workbook.read(sheet.part), SheetReader(cells, rows, limits))
                rows.finish()
            if rows.seen:
                return _reading(workbook, sheet, rows, path)
    raise NotATable("This workbook has no sheet with anything in it that is not hidden.")


def _reading(workbook: Workbook, sheet: Sheet, rows: SheetRows, path: Path) -> Reading:
    writer, last = rows.writer, rows.last
    blank = last - rows.seen

    def check(columns: Columns) -> None:
        """Raises LinesLost unless each row of the sheet is there or told, with all its values."""
        found, values = columns.rows(), columns.values()
        counted = found + writer.rejected_rows + rows.before + blank
        if counted != last or values != writer.values:
            raise LinesLost(
                f"{last:,} rows of a sheet with {writer.values:,} values, but {found:,} rows with "
                f"{values:,} values, {writer.rejected_rows:,} rejected and {blank:,} blank rows, "
                f"and {rows.before:,} before them."
            )

    others = [each.name for each in workbook.sheets if each is not sheet]
    return Reading(
        writing=Writing(
            format=TableFormat.WORKBOOK,
            sheet=sheet.name,
            other_sheets=others[:_MOST_OTHERS],
            title_lines=rows.titles,
            has_header=rows.has_header,
            lines=last,
            blank_lines=blank,
        ),
        records=writer.records(path, len(rows.names)),
        names=rows.names,
        told=rows.told(),
        rejects=writer.rejects,
        rejected_rows=writer.rejected_rows,
        line_of=writer.places.line_of,
        check=check,
    )
