"""JSON lines become a table: their names are its columns, and no line is lost in silence."""

from __future__ import annotations

import datetime
import gzip
import json
import math
from pathlib import Path
from typing import Any

import pytest
from darkroom.tables import TableLimits, profile_table
from darkroom.tables.errors import LinesLost
from darkroom.tables.rows import RowPlaces, RowWriter
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.tables.reading import Table, profiled

HOUSES = [
    {"town": "Graz", "price": 410000.5, "sold": "2026-01-31", "rooms": 3, "new": True},
    {"town": "Linz, Upper", "price": 99000, "sold": "2026-02-28", "rooms": None, "new": False},
    {"town": 'the "old" one', "price": 1e5, "sold": "2025-12-01", "rooms": 5, "new": True},
]


def lines(rows: list[Any], end: str = "\n") -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + end for row in rows)


def sums_up(table: Table) -> bool:
    writing, profile = table.profile.writing, table.profile
    return profile.rows + profile.rejected_rows + writing.blank_lines == writing.lines


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_table_is_the_same_however_the_lines_are_written(
    end: str, encoding: str, pack: Any
) -> None:
    table = profiled(pack(lines(HOUSES, end).encode(encoding)))

    assert table.rows == [
        ("Graz", 410000.5, datetime.date(2026, 1, 31), 3, True),
        ("Linz, Upper", 99000.0, datetime.date(2026, 2, 28), None, False),
        ('the "old" one', 100000.0, datetime.date(2025, 12, 1), 5, True),
    ]
    assert table.rejects == []
    document = table.profile.to_dict()
    assert (document["format"], document["encoding"]) == ("jsonl", encoding)
    assert "delimiter" not in document
    assert sums_up(table)


def test_columns_are_all_names_that_come_and_values_stay_with_theirs() -> None:
    table = profiled(b'{"a":1,"b":"x"}\n{"c":true}\n{"b":"y","a":2}\n{}\n{"":"z"}\n')

    assert [column.name for column in table.profile.columns] == ["a", "b", "c", "column_4"]
    assert table.rows == [
        (1, "x", None, None), (None, None, True, None), (2, "y", None, None),
        (None, None, None, None), (None, None, None, "z"),
    ]  # fmt: skip


TYPES: list[tuple[list[Any], str, Any]] = [
    ([1, -20, 0], "integer", 1),
    ([1, 48.7], "decimal", 1.0),
    ([0.1 + 0.2, 5e-324, 1e-17], "decimal", 0.1 + 0.2),
    ([True, False], "boolean", True),
    (["1", "2"], "text", "1"),
    (["true", "false"], "text", "true"),
    ([1, "x"], "text", "1"),
    ([1, True], "text", "1"),
    ([12345678901234567890123, 1], "text", "12345678901234567890123"),
    (["2026-02-28", "2026-01-01"], "date", datetime.date(2026, 2, 28)),
    (["2026-02-28T10:30:00+02:00", "2026-01-01T00:00:00Z"], "datetime",
     datetime.datetime(2026, 2, 28, 8, 30)),
    ([{"b": [1, None]}, [2.50, "é"]], "text", '{"b": [1, null]}'),
    (["", "x"], "text", None),
    ([None, None], "text", None),
    (["two\nlines", "a\rb", 'say "hi"', "\x1f", "back\\slash"], "text", "two\nlines"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "type_", "first"), TYPES)
def test_type_is_that_of_the_values_and_not_of_their_looks(
    values: list[Any], type_: str, first: Any
) -> None:
    table = profiled(lines([{"a": value, "b": 0} for value in values]).encode())

    assert table.column("a")["type"] == type_
    assert table.rows[0][0] == first
    assert len(table.rows) == len(values)
    assert table.rejects == []


def test_object_inside_a_value_stays_as_it_is_written() -> None:
    table = profiled(b' { "a" : { "n":1.50 ,"u":"\\u00e9" } , "b" : [ 1e5 ] , "c":null}\t\n')

    assert table.rows == [('{ "n":1.50 ,"u":"\\u00e9" }', "[ 1e5 ]", None)]


def test_wrong_value_is_told_with_its_line_when_a_column_has_a_type() -> None:
    rows: list[Any] = [{"n": i, "t": "two\nlines"} for i in range(300)]
    rows[150:150] = [{"n": "twelve", "t": "x"}]
    table = profiled((lines(rows[:100]) + "\n[]\n" + lines(rows[100:])).encode())

    number = table.column("n")
    assert (number["type"], number["values"], number["wrong"]) == ("integer", 300, 1)
    told = [[each[name] for name in ("line", "column", "reason", "text")] for each in table.rejects]
    assert told == [["102", "", "not-object", "[]"], ["153", "n", "not-integer", "twelve"]]
    assert sums_up(table)


def test_number_that_is_none_is_told_and_its_column_stays_one_of_numbers() -> None:
    rows = [{"n": value, "t": "x"} for value in (1.5, math.nan, 2.5, math.inf, -math.inf)]
    table = profiled(lines(rows).encode())

    assert table.column("n")["type"] == "decimal"
    assert [row[0] for row in table.rows] == [1.5, None, 2.5, None, None]
    assert [(each["line"], each["text"]) for each in table.rejects] == [
        ("2", "NaN"), ("4", "Infinity"), ("5", "'-Infinity"),
    ]  # fmt: skip


BROKEN = [
    ("not-json", b'{"a":1'),
    ("not-json", b'{"a":1}{"a":2}'),
    ("not-json", b"{'a':1}"),
    ("not-json", b'{"a":1,}'),
    ("not-json", b'{"a":"\t"}'),
    ("not-json", b'{"a":01}'),
    ("not-json", b"hello"),
    ("not-object", b"[1,2]"),
    ("not-object", b'"text"'),
    ("not-object", b"null"),
    ("duplicate-name", b'{"a":1,"a":2}'),
    ("name-too-long", b'{"' + b"n" * 1001 + b'":1}'),
    ("too-deep", b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    ("too-long", b'{"a":"' + b"x" * (1 << 20) + b'"}'),
    ("too-long", b'{"a":"' + b"x" * (5 << 20) + b'"}'),
    ("encoding", b'{"a":"\xff"}'),
    ("encoding", b'{"a":"\\ud800"}'),
    ("nul", b'{"a":"\\u0000"}'),
]


@pytest.mark.parametrize(("reason", "line"), BROKEN, ids=[str(at) for at in range(len(BROKEN))])
@pytest.mark.parametrize("at_once", [1 << 20, 4096])
def test_line_that_is_no_row_is_told_and_costs_no_other(
    reason: str, line: bytes, at_once: int
) -> None:
    data = '{"a":"é"}\n'.encode() + b'{"a":"2"}\n\n' + line + b'\n{"a":"3"}\n{"a":"4"}'
    table = profiled(data, at_once=at_once)

    assert [row[0] for row in table.rows] == ["é", "2", "3", "4"]
    assert [(each["line"], each["reason"]) for each in table.rejects] == [("4", reason)]
    assert table.rejects[0]["text"] == line[:200].decode("utf-8", "replace")
    assert table.profile.writing.lines == 6
    assert sums_up(table)


NAMES = st.sampled_from(["a", "b", "a b", "é", "x,y", '"'])
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**17), 10**17),
    st.floats(allow_nan=False, allow_infinity=False, width=16),
    st.text(st.sampled_from('ab1,;"\n\r\\ é\x1f\u2028\x7f'), min_size=1, max_size=5),
    st.lists(st.integers(0, 9), max_size=2),
)  # fmt: skip


@given(
    st.lists(st.dictionaries(NAMES, VALUES, min_size=1), min_size=1, max_size=12),
    st.integers(1, 200),
    st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_rows_hold_what_python_s_json_module_reads(
    rows: list[dict[str, Any]], size: int, is_escaped: bool
) -> None:
    text = "".join(json.dumps(row, ensure_ascii=is_escaped) + "\n" for row in rows)
    table = profiled(text.encode(), at_once=size)

    columns = [*dict.fromkeys(name for row in rows for name in row)]
    assert [column.name for column in table.profile.columns] == columns
    assert table.profile.writing.lines == table.profile.rows == len(rows)
    for row, found in zip(rows, table.rows, strict=True):
        for name, value in zip(columns, found, strict=True):
            given = row.get(name)
            if isinstance(given, str):
                assert value == given.replace("\r\n", "\n").replace("\r", "\n")
            elif isinstance(value, str):  # of a column of several types
                assert json.loads(value) == given
            else:
                assert value == given


def test_nothing_is_lost_in_silence_when_a_row_is_not_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    flush = RowWriter.flush

    def lose(self: RowWriter) -> None:
        del self._waiting[:1]
        flush(self)

    monkeypatch.setattr(RowWriter, "flush", lose)
    with pytest.raises(LinesLost, match="3 lines with 14 values, but 2 rows with 9 values"):
        profile_table([lines(HOUSES).encode()], tmp_path)


def test_nothing_is_lost_in_silence_when_a_value_is_not_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    add = RowWriter.add

    def lose(self: RowWriter, texts: list[str], line: int, values: int) -> None:
        add(self, texts[:-1], line, values)

    monkeypatch.setattr(RowWriter, "add", lose)
    with pytest.raises(LinesLost, match="3 rows with 11 values"):
        profile_table([lines(HOUSES).encode()], tmp_path)


def test_line_is_told_as_unknown_when_too_many_rows_are_out_of_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("darkroom.tables.rows._MOST_PLACES", 2)
    places = RowPlaces()
    for row, line in ((0, 1), (1, 2), (2, 5), (3, 6), (4, 9)):
        places.note(row, line)

    assert [places.line_of(row) for row in (0, 1)] == [1, 2]
    assert places.line_of(4) == 0


def test_table_is_read_when_it_has_as_many_names_as_it_may() -> None:
    data = b"".join(b'{"c%d":%d}\n' % (at, at) for at in range(120))
    table = profiled(data, limits=TableLimits(max_columns=120))

    assert [row[at] for at, row in enumerate(table.rows)] == [*range(120)]
