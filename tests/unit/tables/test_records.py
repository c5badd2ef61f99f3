"""Records are those of Python's csv module, and every line is in one or is told."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from darkroom.tables import TableLimits
from darkroom.tables.database import Records, database, read_records
from darkroom.tables.errors import MostlyBroken
from darkroom.tables.profile import USUAL
from darkroom.tables.records import RecordReader
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.tables.reading import chunks_of, reader, written

VALUES = st.text(st.sampled_from('ab ,;"\n\té€\x1f'), max_size=6)
ROWS = st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=12)
ANY_TEXT = st.text(st.sampled_from('ab,"\n'), max_size=60)
SIZES = st.integers(1, 40)


def read(text: str, size: int = 40, columns: int = 3, limits: TableLimits = USUAL) -> tuple:  # type: ignore[type-arg]
    """The records of a text, the reader, and what it passed on."""
    with reader(columns, limits=limits) as (records, out):
        for chunk in chunks_of(text.encode(), size):
            records.feed(chunk)
        records.finish()
    passed_on = out.getvalue().decode()
    found = list(csv.reader(io.StringIO(passed_on, newline=""), strict=True))
    return found, records, passed_on


@given(ROWS, SIZES)
def test_records_are_those_that_were_written_whatever_they_hold(
    rows: list[tuple[str, str, str]], size: int
) -> None:
    found, records, _ = read(written(rows), size)

    assert found == [list(row) for row in rows]
    assert records.rows == len(rows)
    assert records.rejected_rows == 0


@given(ANY_TEXT, SIZES)
def test_every_line_is_in_a_row_or_told_whatever_the_text_is(text: str, size: int) -> None:
    found, records, passed_on = read(text, size)

    lines = text.count("\n") + (text != "" and not text.endswith("\n"))
    assert records.lines == lines
    inner = sum(value.count("\n") for row in found for value in row)
    assert (len(found), inner) == (records.rows, records.inner_newlines)
    assert records.rows + inner + records.rejected_lines + records.blank_lines == lines
    assert sum(records.rejects.counts.values()) == records.rejected_rows
    assert {len(row) for row in found} <= {3}
    assert passed_on.count("\n") == records.rows + inner


@given(ANY_TEXT, SIZES)
def test_records_do_not_depend_on_how_the_text_is_cut(text: str, size: int) -> None:
    found, records, _ = read(text, size)
    once, whole, _ = read(text, len(text) + 1)

    assert found == once
    assert records.rejects == whole.rejects


@given(ANY_TEXT, SIZES, st.integers(1, 20))
def test_records_do_not_depend_on_the_parts_that_are_gone_through(
    text: str, size: int, part: int
) -> None:
    once, whole, _ = read(text, len(text) + 1)
    with patch("darkroom.tables.records._SMALL_PART", part):
        found, records, _ = read(text, size)

    assert found == once
    assert records.rejects == whole.rejects
    assert (records.lines, records.rejected_lines, records.blank_lines) == (
        whole.lines, whole.rejected_lines, whole.blank_lines
    )  # fmt: skip


@given(st.lists(st.tuples(VALUES, VALUES, VALUES), min_size=1, max_size=8), SIZES)
@settings(max_examples=40, deadline=None)
def test_database_reads_what_is_passed_on_as_it_is(
    rows: list[tuple[str, str, str]], size: int
) -> None:
    _, _, passed_on = read(written(rows), size)
    with TemporaryDirectory() as folder:
        source, to = Path(folder, "records.csv"), Path(folder, "raw.parquet")
        source.write_bytes(passed_on.encode())
        with database(Path(folder), USUAL, seconds=60) as connection:
            read_records(connection, Records(source, ",", 3, len(rows), len(passed_on)), to)
            found = connection.execute(f"from '{to}'").fetchall()

    assert found == [tuple(value or None for value in row) for row in rows]


@given(ROWS, st.data())
def test_row_is_found_at_its_line_when_lines_before_it_break_apart(
    rows: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    text, begins, line = "", [], 1
    for row in rows:
        broken = data.draw(st.sampled_from(["", "\n", "a,b\n", "a,b,c,d\n"]))
        record = written([row])
        text, line = text + broken, line + broken.count("\n")
        begins.append(line)
        text, line = text + record, line + record.count("\n")
    with reader(3) as (records, out):
        for chunk in chunks_of(text.encode(), 16):
            records.feed(chunk)
        records.finish()

    assert [records.places.line_of(i, out) for i in range(len(rows))] == begins


@pytest.mark.parametrize(
    ("text", "reason", "kept"),
    [
        ('a,b,c\n1,"never closed,3\n4,5,6\n7,8,9\n', "unclosed-quote", ["a", "4", "7"]),
        ('a,b,c\n1,"two"x,3\n4,5,6\n', "text-after-quote", ["a", "4"]),
        ("a,b,c\n1,2\n4,5,6\n", "too-few-columns", ["a", "4"]),
        ("a,b,c\n1,2,3,4\n4,5,6\n", "too-many-columns", ["a", "4"]),
        ("a,b,c\n1,\0,3\n4,5,6\n", "nul", ["a", "4"]),
        ('a,b,c\n1,"\0",3\n4,5,6\n', "nul", ["a", "4"]),
    ],
)
def test_line_alone_is_lost_when_it_breaks_apart(text: str, reason: str, kept: list[str]) -> None:
    found, records, _ = read(text)

    assert [row[0] for row in found] == kept
    assert [(each.line, each.reason) for each in records.rejects.told] == [(2, reason)]


def test_quotes_inside_of_a_value_are_letters_when_it_does_not_begin_with_one() -> None:
    found, records, _ = read('a,5" pipe,c\nd,"x",f\n')

    assert found == [["a", '5" pipe', "c"], ["d", "x", "f"]]
    assert records.rejected_rows == 0


def test_missing_column_is_named_when_a_row_has_too_few() -> None:
    _, records, _ = read("1\n1,2\n1,2,3\n")

    assert [each.column for each in records.rejects.told] == ["c1", "c2"]


def test_row_alone_is_lost_when_its_bytes_are_no_text() -> None:
    with reader(2) as (records, out):
        records.feed(b'a,b\n\xff,b\n"x\n\xfe",b\nc,d\n\xff,e\n')
        records.finish()

    assert out.getvalue() == b"a,b\nc,d\n"
    assert [(each.line, each.reason) for each in records.rejects.told] == [
        (2, "encoding"),
        (3, "encoding"),
        (6, "encoding"),
    ]
    assert records.rejected_lines == 4


SMALL = TableLimits(max_record_bytes=100)


@pytest.mark.parametrize("start", [b"", b'"', b'"x\n'])
def test_memory_is_bounded_when_a_line_never_ends(start: bytes) -> None:
    with reader(2, limits=SMALL) as (records, out):
        records.feed(b"a,b\n" + start)
        for _ in range(1000):
            records.feed(b"x" * 90)
            assert len(records._rest) <= 2 * SMALL.max_record_bytes
        records.feed(b"\nc,d\n")
        records.finish()

    assert out.getvalue() == b"a,b\nc,d\n"
    assert records.lines == records.rows + records.rejected_lines == 3 + start.count(b"\n")
    assert [each.line for each in records.rejects.told] == [2, 3][: 1 + start.count(b"\n")]


def test_long_record_is_looked_at_a_few_times_in_whatever_parts_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[int] = []
    look = RecordReader._sound_part

    def watched(self: RecordReader, data: bytes) -> tuple[int, int] | None:
        looked_at.append(len(data))
        return look(self, data)

    monkeypatch.setattr(RecordReader, "_sound_part", watched)
    text = written([("x", "of many\nlines " * 4_000, "z")])
    found, *_ = read(text, size=200)
    assert [len(row[1]) for row in found] == [len("of many\nlines ") * 4_000]
    assert sum(looked_at) < 4 * len(text)


def test_records_around_one_that_breaks_apart_are_passed_on_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one_by_one: list[int] = []
    go_through = RecordReader._each_record

    def watched(self: RecordReader, data: bytes, final: bool) -> bytes:
        one_by_one.append(len(data))
        return go_through(self, data, final)

    monkeypatch.setattr(RecordReader, "_each_record", watched)
    sound = "1,2,3\n" * 1_000
    found, records, _ = read(sound + "1,2\n" + sound, size=1 << 14)
    assert len(found) == 2_000
    assert [(each.line, each.reason) for each in records.rejects.told] == [
        (1_001, "too-few-columns")
    ]
    assert 0 < sum(one_by_one) < 1_100


def test_places_are_as_few_when_text_comes_in_small_parts() -> None:
    text = "1,2,3\n" * 10_000
    _, records, _ = read(text + "1,2\n" + text, size=64)
    assert len(records.places._rows) < 12


def test_record_is_not_closed_when_it_would_be_longer_than_records_may_be() -> None:
    text = 'a,"\n' + "b,c\n" * 100 + 'd,"e"\n'
    found, records, _ = read(text, 30, 2, SMALL)

    assert found == [["b", "c"]] * 100 + [["d", "e"]]
    assert records.rejects.counts == {"unclosed-quote": 1}


def test_reading_ends_when_too_many_rows_break_apart() -> None:
    limits = TableLimits(max_broken_rows=10)
    with pytest.raises(MostlyBroken, match=r"11 rows .* line 1"):
        read("a\n" * 100, limits=limits)
