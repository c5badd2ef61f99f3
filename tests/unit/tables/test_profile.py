"""A table's profile: what its columns are and hold, what was rejected and where."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import time
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest
from darkroom.errors import PermanentError
from darkroom.tables import TableLimits, profile_table
from darkroom.tables.database import database
from darkroom.tables.errors import (
    LinesLost,
    MostlyBroken,
    NotATable,
    TableTooComplex,
    TooManyColumns,
)
from darkroom.tables.profile import USUAL
from darkroom.tables.records import RecordReader
from darkroom.tables.room import room_for_files
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.tables.reading import chunks_of, profiled, written

FULL = "/dev/full"  # a device without any space left
HOUSES = [
    ("town", "price", "sold", "rooms", "new"),
    ("Graz", "410000.5", "2026-01-31", "3", "true"),
    ("Linz, Upper", "99000", "2026-02-28", "", "false"),
    ("Graz", "250000", "2025-12-01", "5", "TRUE"),
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_table_is_the_same_however_it_is_written(delimiter: str, end: str, encoding: str) -> None:
    table = profiled(written(HOUSES, delimiter=delimiter, end=end).encode(encoding))

    assert table.rows == [
        ("Graz", 410000.5, datetime.date(2026, 1, 31), 3, True),
        ("Linz, Upper", 99000.0, datetime.date(2026, 2, 28), None, False),
        ("Graz", 250000.0, datetime.date(2025, 12, 1), 5, True),
    ]
    assert (table.profile.writing.delimiter, table.profile.writing.lines, table.profile.rows) == (
        delimiter,
        4,
        3,
    )
    assert table.rejects == []


def test_column_is_described_when_a_table_is_read() -> None:
    table = profiled(gzip.compress(written(HOUSES).encode()))

    assert table.column("town") == {
        "name": "town", "type": "text", "values": 3, "nulls": 0, "distinct": 2,
        "distinct_is_exact": True, "min": "Graz", "max": "Linz, Upper",
        "frequent": [{"value": "Graz", "count": 2}, {"value": "Linz, Upper", "count": 1}],
    }  # fmt: skip
    rooms = table.column("rooms")
    assert (rooms["type"], rooms["values"], rooms["nulls"]) == ("integer", 2, 1)
    assert (rooms["min"], rooms["max"]) == ("3", "5")
    assert table.profile.preview[1] == ["Linz, Upper", "99000.0", "2026-02-28", None, "false"]


def test_distinct_values_are_counted_about_when_there_are_many() -> None:
    rows = [("id", "x"), *((f"k{i}", "1") for i in range(30_000))]
    table = profiled(written(rows).encode())

    ids = table.column("id")
    assert not ids["distinct_is_exact"]
    assert ids["frequent"] == []
    assert ids["distinct"] == pytest.approx(30_000, rel=0.1)
    assert table.column("x")["frequent"] == [{"value": "1", "count": 30_000}]


TYPES: list[tuple[list[str], str, Any]] = [
    (["1", "-20"], "integer", 1),
    (["1", "48.7"], "decimal", 1.0),
    (["48.7", "49.2"], "decimal", 48.7),
    (["1e3", "2.5E-2"], "decimal", 1000.0),
    (["1,5", "2"], "decimal", 1.5),
    (["1.234,50", "99,9"], "decimal", 1234.5),
    (["01234", "05678"], "text", "01234"),  # a postcode
    (["+43", "+49"], "text", "+43"),
    (["1_000", "2_000"], "text", "1_000"),
    (["1,234.50", "2"], "text", "1,234.50"),
    (["12345678901234567890", "1"], "text", "12345678901234567890"),
    (["nan", "inf"], "text", "nan"),
    (["Y", "N"], "text", "Y"),
    (["1", "true"], "text", "1"),
    (["2026-02-28", "2026-01-01"], "date", datetime.date(2026, 2, 28)),
    (["28.02.2026", "01.01.2026"], "date", datetime.date(2026, 2, 28)),
    (["28/02/2026", "01/01/2026"], "date", datetime.date(2026, 2, 28)),
    (["02/28/2026", "01/01/2026"], "date", datetime.date(2026, 2, 28)),
    (["02/03/2026", "01/01/2026"], "text", "02/03/2026"),
    (["2026-02-28 10:30", "2026-01-01T00:00:01.5"], "datetime",
     datetime.datetime(2026, 2, 28, 10, 30)),
    (["2026-02-28T10:30:00+02:00", "2026-01-01 00:00Z"], "datetime",
     datetime.datetime(2026, 2, 28, 8, 30)),
    (["2026-02-28 10:30", "2026-02-28"], "text", "2026-02-28 10:30"),
    (["2026-02-30", "2026-02-31"], "text", "2026-02-30"),
    ([" 1", "2"], "text", " 1"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "type_", "first"), TYPES)
def test_type_is_told_by_what_values_look_like(values: list[str], type_: str, first: Any) -> None:
    rows = [("a", "b"), *((value, "x") for value in values)]
    table = profiled(written(rows, delimiter=";").encode())

    assert table.column("a")["type"] == type_
    assert table.rows[0][0] == first
    assert len(table.rows) == len(values)


def test_moment_is_in_utc_whatever_the_time_zone_of_the_machine_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    table = profiled(b"a,b\n2026-01-01T12:00:00Z,x\n2026-01-02T12:00:00Z,x\n")

    assert table.rows[0][0] == datetime.datetime(2026, 1, 1, 12)


def test_wrong_value_is_told_with_its_line_when_a_column_has_a_type() -> None:
    rows = ["n,t", *(f'{i},"two\nlines"' for i in range(150)), "1,2,3", "twelve,x"]
    rows += [f"{i},x" for i in range(50)]
    table = profiled("\n".join(rows).encode())

    number = table.column("n")
    assert (number["type"], number["values"], number["wrong"]) == ("integer", 200, 1)
    assert table.profile.rejected == {"too-many-columns": 1, "not-integer": 1}
    assert [(each["line"], each["column"], each["reason"]) for each in table.rejects] == [
        ("302", "", "too-many-columns"),
        ("303", "n", "not-integer"),
    ]
    assert table.rows[150] == (None, "x")


def test_column_is_text_when_later_values_are_of_no_type() -> None:
    rows = ["n,m", *("1,1" for _ in range(6000)), *(f"x{i},1.5" for i in range(500))]
    table = profiled("\n".join(rows).encode())

    assert (table.column("n")["type"], table.column("m")["type"]) == ("text", "decimal")
    assert table.rows[0] == ("1", 1.0)
    assert table.profile.rejected == {}


@pytest.mark.parametrize(
    ("text", "names", "titles"),
    [
        ("a,a,A,\n1,2,3,4\n", ["a", "a_2", "A_3", "column_4"], 0),
        ("1,2\n3,4\n", ["column_1", "column_2"], 0),
        ("sep=;\na;b\n1;2\n", ["a", "b"], 1),
        ("Prices of 2026\n\na,b\n1,2\n3,4\n", ["a", "b"], 2),
        ('"Prices,\nall of them"\na,b\n1,2\n3,4\n', ["a", "b"], 2),
        ('"a\nb",c\n1,2\n3,4\n', ["a b", "c"], 0),
        ('"a\x0bb",c\n1,2\n3,4\n', ["a b", "c"], 0),
        ("a\u2028b,c\n1,2\n3,4\n", ["a\u2028b", "c"], 0),
        ('x"; drop table t; --,b\n1,2\n3,4\n', ['x"; drop table t; --', "b"], 0),
    ],
)
def test_columns_are_named_whatever_the_first_lines_are(
    text: str, names: list[str], titles: int
) -> None:
    table = profiled(text.encode())

    assert [column.name for column in table.profile.columns] == names
    assert table.profile.writing.title_lines == titles
    assert table.profile.writing.lines == text.count("\n")
    assert table.rows[0] == tuple(range(1, len(names) + 1))


CELL = st.text(st.sampled_from('ab1,;"\n é\x0b\u2028'), max_size=5).map(lambda text: f"v{text}")


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=2, max_size=20), st.integers(1, 200))
@example([("v", "v;", "v;")] * 2, 1)
@example([("v", "v;;;", "v;")] * 12, 1)
@settings(max_examples=25, deadline=None)
def test_rows_are_those_of_the_csv_module_whatever_they_hold(
    rows: list[tuple[str, str, str]], size: int
) -> None:
    text = written([("x", "y", "z"), ("v", "v", "v"), ("v", "v", "v"), *rows])
    table = profiled(text.encode(), at_once=size)

    expected = list(csv.reader(io.StringIO(text, newline=""), strict=True))[1:]
    assert [list(row) for row in table.rows] == expected
    assert table.profile.writing.lines == text.count("\n")


def test_nothing_is_lost_in_silence_when_a_line_is_neither_row_nor_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pass_on = RecordReader._pass_on

    def lose(self: RecordReader, text: bytes, rows: int) -> None:
        pass_on(self, text.partition(b"\n")[2], rows - 1)

    monkeypatch.setattr(RecordReader, "_pass_on", lose)
    with pytest.raises(LinesLost, match="4 lines, but 2 rows"):
        profile_table([written(HOUSES).encode()], tmp_path)


def test_reject_is_never_a_formula_when_a_spreadsheet_opens_it() -> None:
    bad = ["=cmd|' /C calc'!A0,2,3", "+1,2,3", "@SUM(1),2,3", "-1,2,3", " =1,2,3"]
    text = "\n".join(["a,=b", *("1,2" for _ in range(900)), *bad, "x,y"])
    table = profiled(text.encode())

    assert [each["text"][0] for each in table.rejects[:5]] == ["'"] * 5
    assert all(
        not value.startswith(("=", "+", "-", "@"))
        for each in table.rejects
        for value in each.values()
    )


def test_rejects_are_told_up_to_a_thousand_and_all_are_counted() -> None:
    rows = ["a,b", *("1,2\n1,2,3" for _ in range(1500)), "1,2"]
    table = profiled("\n".join(rows).encode())

    assert len(table.rejects) == 1000
    assert table.profile.rejected == {"too-many-columns": 1500}
    assert (table.profile.rows, table.profile.rejected_rows) == (1501, 1500)


def test_wrong_values_are_told_up_to_a_thousand_and_all_are_counted() -> None:
    rows = ["a,b,c", *(f"1,2026-01-02,{'?,4' if n < 900 else n}" for n in range(160_000))]
    rows[-1700:] = ["1,tomorrow,0"] * 1100 + ["x,2026-01-02,0"] * 600
    table = profiled("\n".join(rows).encode())

    assert table.profile.rejected == {
        "too-many-columns": 900, "not-date": 1100, "not-integer": 600,
    }  # fmt: skip
    told = Counter((each["reason"], each["column"]) for each in table.rejects)
    assert told == {("too-many-columns", ""): 900, ("not-integer", "a"): 100}
    assert table.profile.summary()["wrong_values"] == 1700


REFUSED: list[tuple[str, bytes, type[PermanentError], str]] = [
    ("more than half break", b"a,b\n1,2\n3,4\n" + b"1\n" * 3, MostlyBroken, "3 rows .* line 4"),
    ("header alone", b"sep=;\na;b\n", NotATable, "no rows"),
    ("prose", b"Dear Ann,\nall is well here.\nYours, Bob\n", NotATable, "no columns"),
    ("one column", b"a\nb\nc\n", NotATable, "no columns"),
    ("100,000 columns", (b"1," * 100_000 + b"2\n") * 2, TooManyColumns, "2,000"),
    ("header without end", b'sep=,\n"a,b\n1,2\n', NotATable, "first line"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "error", "sentence"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED]
)
def test_file_is_refused_with_its_reason_when_it_is_no_sound_table(
    data: bytes, error: type[PermanentError], sentence: str, tmp_path: Path
) -> None:
    with pytest.raises(error, match=sentence) as refused:
        profile_table(chunks_of(data, 1 << 16), tmp_path)

    assert refused.value.sentence.endswith((".", "?"))


def test_table_is_read_when_it_has_as_many_columns_as_it_may() -> None:
    line = ",".join(str(i) for i in range(120))
    limits = TableLimits(max_columns=120)
    text = f"{','.join(f'c{i}' for i in range(120))}\n{line}\n{line}\n"
    table = profiled(text.encode(), limits=limits)

    assert len(table.profile.columns) == 120
    assert table.rows[0] == tuple(range(120))
    assert len(table.profile.preview) == 2
    with pytest.raises(TooManyColumns, match="120 columns"):
        profiled(text.encode(), limits=TableLimits(max_columns=119))


def test_long_values_fit_the_memory_when_a_record_is_as_long_as_it_may_be() -> None:
    value = "x" * (1 << 19)
    limits = TableLimits(memory="300MB")
    table = profiled(
        "\n".join(["a,b", *(f"1,{value}" for _ in range(100))]).encode(), limits=limits
    )

    assert len(table.rows) == 100
    assert len(str(table.profile.preview[0][1])) == 200


def test_table_is_refused_when_it_is_not_read_in_time(tmp_path: Path) -> None:
    with pytest.raises(TableTooComplex, match="too long"):
        profile_table([written(HOUSES).encode()], tmp_path, TableLimits(max_seconds=-1))


def test_table_is_refused_when_its_records_do_not_fit_on_the_disk(tmp_path: Path) -> None:
    (tmp_path / "records.csv").symlink_to(FULL)

    with pytest.raises(TableTooComplex, match="more room"):
        profile_table([written(HOUSES).encode()], tmp_path)


def test_table_is_refused_when_its_parquet_file_does_not_fit_on_the_disk() -> None:
    with pytest.raises(TableTooComplex, match="more room"), room_for_files():
        duckdb.sql(f"copy (select 1) to '{FULL}' (format parquet)")


def test_failure_of_the_disk_is_no_fault_of_the_table(tmp_path: Path) -> None:
    (tmp_path / "records.csv").mkdir()

    with pytest.raises(IsADirectoryError):
        profile_table([written(HOUSES).encode()], tmp_path)


@pytest.mark.parametrize("idle", [0, 0.4])
def test_query_is_ended_when_its_time_is_over(idle: float, tmp_path: Path) -> None:
    def asked() -> None:
        with database(tmp_path, USUAL, seconds=0.2) as connection:
            time.sleep(idle)
            connection.execute(
                "select sum(a.range * b.range) from range(9999999) a, range(9999999) b"
            )

    with pytest.raises(TableTooComplex, match="too long"):
        asked()
