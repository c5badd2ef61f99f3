"""Text into records: what is sound is passed on, what breaks apart is told, no line is lost.

The rules are those of RFC 4180 and of Python's `csv` module in its strict mode. A block whose
quotes and columns are all in order is passed on as it is; so are the small parts of any other, but
for those that are gone through record by record. A quote that is never closed costs its own line,
not those behind it.
"""

from __future__ import annotations

import csv
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from darkroom.tables.errors import MostlyBroken
from darkroom.tables.limits import TableLimits
from darkroom.tables.rejects import SENTENCES, Rejects

_MOST_PLACES = 1_000_000
_PLACE_BYTES = 1 << 14  # of what is passed on, between two places that are known at least
_SMALL_PART = 1024  # bytes: what is gone through record by record for one that breaks apart
csv.field_size_limit(1 << 30)  # the module's own is smaller than a record may be here


class _Incomplete(Exception):
    """The record goes on behind what is at hand."""


class _Record(NamedTuple):
    """A record: why it is rejected, if it is; its lines, its values, and how it is passed on."""

    reason: str
    lines: int = 1
    values: int = 0
    text: bytes = b""


class Places:
    """Where rows are: the line of the file that a row begins at, told from a few places known."""

    def __init__(self) -> None:
        self._rows, self._lines, self._offsets = array("q"), array("q"), array("q")

    def note(self, row: int, line: int, offset: int) -> None:
        """Row `row` begins at this line of the file, and at this offset of what is passed on."""
        if self._rows and self._rows[-1] == row:
            self._lines[-1], self._offsets[-1] = line, offset
        elif len(self._rows) < _MOST_PLACES:
            self._rows.append(row)
            self._lines.append(line)
            self._offsets.append(offset)

    def line_of(self, row: int, passed_on: BinaryIO) -> int:
        """The line of the file that a row begins at; 0 where too many rows are out of order."""
        at = bisect_right(self._rows, row) - 1
        if at + 1 == _MOST_PLACES:
            return 0
        passed_on.seek(self._offsets[at])
        line, left, inside = self._lines[at], row - self._rows[at], False
        while left:
            text = passed_on.readline()
            line += 1
            inside ^= text.count(b'"') % 2 == 1
            left -= not inside
        return line


class RecordReader:
    """Takes text block by block and writes its sound records to `out`.

    `lines` are all lines that were taken, `blank_lines` those without anything, and
    `rejected_lines` those of records that break apart. `rows` were passed on, with
    `inner_newlines` inside their values.
    """

    def __init__(
        self,
        out: BinaryIO,
        *,
        delimiter: str,
        names: list[str],
        limits: TableLimits,
        first_line: int,
    ) -> None:
        self._out = out
        self._delimiter = delimiter.encode()
        self._separator = delimiter
        self._names = names
        self._ends = self._delimiter * (len(names) - 1) + b"\n"
        self._within_values = bytes(range(256)).translate(None, self._ends)
        self._limits = limits
        self._rest = self._behind = b""
        self._skipping = False
        self.rejects = Rejects()
        self.places = Places()
        self.lines = 0
        self.rows = self.inner_newlines = self.bytes = 0
        self.blank_lines = self.rejected_lines = self.rejected_rows = 0
        self._next_line = first_line
        self._left_out = self._next_place = 0

    def feed(self, block: bytes) -> None:
        """Take the next part of the text."""
        self.lines += block.count(b"\n")
        self._take(block)

    def _take(self, text: bytes) -> None:
        """Go on with text whose lines are counted, in small parts where it may not be in order."""
        if self._skipping:
            _, newline, text = text.partition(b"\n")
            if not newline:
                return
            self._skipping = False
        self._behind += text
        if len(self._behind) < len(self._rest):  # a long record is looked at a few times only
            return
        sound = self._sound_part(self._rest + self._behind)
        if sound is None and len(text) > _SMALL_PART:
            behind, self._behind = self._behind, b""
            for at in range(0, len(behind), _SMALL_PART):
                self._take(behind[at : at + _SMALL_PART])
        else:
            self._go_on(self._at_hand(), sound, final=False)

    def finish(self) -> None:
        """Take the end of the text: its last line may lack its end."""
        data = self._at_hand()
        if data and not data.endswith(b"\n"):
            data += b"\n"
            self.lines += 1
        elif self._skipping:
            self.lines += 1
        self._go_on(data, self._sound_part(data), final=True)

    def _at_hand(self) -> bytes:
        """All that is not looked at yet, or has to be once more."""
        data, self._rest, self._behind = self._rest + self._behind, b"", b""
        return data

    def _go_on(self, data: bytes, sound: tuple[int, int] | None, *, final: bool) -> None:
        if sound is not None:
            end, rows = sound
            if rows:
                self._pass_on(data[:end], rows)
            data = data[end:]
            if not final and len(data) <= self._limits.max_record_bytes:
                self._rest = data
                return
        self._rest = self._each_record(data, final) if data else b""

    def _sound_part(self, data: bytes) -> tuple[int, int] | None:
        """How many bytes are whole records in order, of how many; None where one may not be."""
        if b"\0" in data:
            return None
        parts = data.split(b'"')
        end = len(data)
        for index in range(len(parts) - 1, -1, -1):
            end -= len(parts[index])
            if index % 2 == 0 and (at := parts[index].rfind(b"\n") + 1):
                end += at
                parts[index:] = [parts[index][:at]]
                break
            end -= 1
        else:
            return 0, 0
        unquoted = parts[::2]
        # What separates the values of records that are all as wide as the header.
        ends = b"".join(unquoted).translate(None, self._within_values)
        rows = len(ends) // len(self._ends)
        if ends != self._ends * rows or not self._is_around_values(unquoted):
            return None
        return (end, rows) if _is_text(data[:end]) else None

    def _is_around_values(self, unquoted: list[bytes]) -> bool:
        """Whether quotes are where values begin and end, by what is between them.

        Nothing is between two quotes inside a value, and before one that the text begins with.
        """
        around = {b"", b"\n", self._delimiter}
        # Where they are many, most are a delimiter alone.
        behind, before = set(unquoted[1:]), set(unquoted[:-1])
        return {part[:1] for part in behind} | {part[-1:] for part in before} <= around

    def _pass_on(self, text: bytes, rows: int) -> None:
        """Write so many sound records."""
        newlines = text.count(b"\n")
        left_out = self.rejected_lines + self.blank_lines
        if left_out != self._left_out or self.bytes >= self._next_place:
            self.places.note(self.rows, self._next_line, self.bytes)
            self._left_out, self._next_place = left_out, self.bytes + _PLACE_BYTES
        self._out.write(text)
        self.bytes += len(text)
        self.rows += rows
        self.inner_newlines += newlines - rows
        self._next_line += newlines

    def _each_record(self, data: bytes, final: bool) -> bytes:
        """Go through records one by one; what is left is a record that goes on."""
        lines = data.split(b"\n")
        rest = lines.pop()
        sound: list[bytes] = []
        at = count = 0

        def flush() -> None:
            nonlocal count
            if sound:
                self._pass_on(b"".join(sound), count)
                sound.clear()
                count = 0

        while at < len(lines):
            line = lines[at]
            if not line:
                flush()
                self.blank_lines += 1
                self._next_line += 1
                at += 1
                continue
            try:
                record = self._record(lines, at, final, len(rest))
            except _Incomplete:
                break
            if record.reason:
                flush()
                self._reject(record, lines[at : at + record.lines])
            else:
                sound.append(record.text)
                count += 1
            at += record.lines
        flush()
        rest = b"\n".join([*lines[at:], rest])
        if len(rest) > self._limits.max_record_bytes and b"\n" not in rest:
            self._reject(_Record("too-long"), [rest])
            self._skipping, rest = True, b""
        return rest

    def _record(self, lines: list[bytes], at: int, final: bool, tail: int) -> _Record:
        """The record that begins at a line.

        Raises:
            _Incomplete: it goes on behind the lines at hand, and `tail` bytes of one more.
        """
        line = lines[at]
        if len(line) > self._limits.max_record_bytes:
            return _Record("too-long")
        if b"\0" in line:
            return _Record("nul")
        if b'"' not in line:
            return self._unquoted(line)
        following = self._following(lines, at, final, tail)
        reader = csv.reader(following, delimiter=self._separator, strict=True)
        try:
            values = next(reader)
        except csv.Error as error:
            at_end = "unexpected end of data" in str(error)
            return _Record("unclosed-quote" if at_end else "text-after-quote")
        reason = self._reason_of_width(len(values))
        text = self._quoted(values)
        if not reason and b"\0" in text:
            reason = "nul"
        elif not reason and not _is_text(text):
            reason = "encoding"
        return _Record(reason, reader.line_num, len(values), text)

    def _following(self, lines: list[bytes], at: int, final: bool, tail: int) -> Iterator[str]:
        """The lines from one on, up to the most that a record may have."""
        size = 0
        for index in range(at, len(lines)):
            size += len(lines[index]) + 1
            if size > self._limits.max_record_bytes:
                return
            yield lines[index].decode(errors="surrogateescape") + "\n"
        if not final and size + tail <= self._limits.max_record_bytes:
            raise _Incomplete

    def _unquoted(self, line: bytes) -> _Record:
        values = line.count(self._delimiter) + 1
        reason = self._reason_of_width(values)
        if not reason and not _is_text(line):
            reason = "encoding"
        return _Record(reason, values=values, text=line + b"\n")

    def _reason_of_width(self, values: int) -> str:
        if values == len(self._names):
            return ""
        return "too-few-columns" if values < len(self._names) else "too-many-columns"

    def _quoted(self, values: list[str]) -> bytes:
        """A record as it is read without doubt: quotes around what needs them."""
        special = ('"', "\n", self._separator)
        written = (
            '"' + value.replace('"', '""') + '"' if any(s in value for s in special) else value
            for value in values
        )
        return (self._separator.join(written) + "\n").encode(errors="surrogateescape")

    def _reject(self, record: _Record, lines: list[bytes]) -> None:
        few = record.reason == "too-few-columns"
        column = self._names[record.values] if few else ""
        self.rejects.add(self._next_line, record.reason, b"\n".join(lines), column)
        self.rejected_rows += 1
        self.rejected_lines += len(lines)
        self._next_line += len(lines)
        if self.rejected_rows > self._limits.max_broken_rows:
            raise mostly_broken(self.rejects, self.rejected_rows)


def _is_text(data: bytes) -> bool:
    """Whether bytes are UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def mostly_broken(rejects: Rejects, rows: int) -> MostlyBroken:
    """The refusal of a file of which `rows` rows break apart, with the first reason and place."""
    first = rejects.told[0]
    return MostlyBroken(
        f"{rows:,} rows of this table break apart. The first is at {rejects.place} {first.line:,}: "
        f"{SENTENCES[first.reason]}"
    )
