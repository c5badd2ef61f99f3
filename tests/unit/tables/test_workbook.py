"""A workbook's first sheet becomes a table: by the types of its cells, and without losing a row."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from darkroom.tables import TableLimits, profile_table
from darkroom.tables.errors import LinesLost
from darkroom.tables.rows import RowWriter
from darkroom.tables.workbook import Meaning, meaning_of
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.archives import zipped
from tests.unit.tables.reading import Table, profiled
from tests.unit.tables.workbooks import (
    DAY,
    MAIN,
    MOMENT,
    MONEY,
    TIME,
    cell,
    letters,
    parts,
    sheet,
    table,
    workbook,
)  # fmt: skip

HOUSES = [
    ("town", "price", "rooms"),
    ("Graz", 410000.5, 3),
    ("Linz, Upper", 99000, None),
    ("Graz", 250000, 5),
]


def book(rows: dict[int, list[str]], **options: Any) -> bytes:
    return zipped(parts({"A": sheet(rows)}, **options))


def column_of(cells: list[str], **options: Any) -> Table:
    """A table of one column of values, whose cells are at A2, A3 and so on."""
    rows = {1: [cell("A1", "a")], **{at: [each] for at, each in enumerate(cells, 2)}}
    return profiled(book(rows, **options))


def test_table_is_that_of_the_cells_when_a_workbook_is_read() -> None:
    found = profiled(workbook(HOUSES))

    assert found.rows == [
        ("Graz", 410000.5, 3),
        ("Linz, Upper", 99000.0, None),
        ("Graz", 250000.0, 5),
    ]
    assert [(each.name, each.type) for each in found.profile.columns] == [
        ("town", "text"), ("price", "decimal"), ("rooms", "integer"),
    ]  # fmt: skip
    document = found.profile.to_dict()
    assert (document["format"], document["sheet"], document["lines"]) == ("xlsx", "Houses", 4)
    assert found.rejects == []


NUMBERS: list[tuple[str, str, Any]] = [
    (cell("A2", 5), "integer", 5),
    (cell("A2", "48.700000000000003", type_="n"), "decimal", 48.7),
    (cell("A2", "1E-3", type_="n"), "decimal", 0.001),
    (cell("A2", "1E3", type_="n"), "integer", 1000),
    (cell("A2", "1234567890123456789", type_="n"), "decimal", 1234567890123456789.0),
    (cell("A2", 12.5, style=MONEY), "decimal", 12.5),
    (cell("A2", "007"), "text", "007"),
    (cell("A2", "2026-01-31"), "text", "2026-01-31"),
    (cell("A2", 1, type_="b"), "boolean", True),
    (cell("A2", 46053, style=DAY), "date", datetime.date(2026, 1, 31)),
    (cell("A2", 1, style=DAY), "date", datetime.date(1900, 1, 1)),
    (cell("A2", 59, style=DAY), "date", datetime.date(1900, 2, 28)),
    (cell("A2", 61, style=DAY), "date", datetime.date(1900, 3, 1)),
    (cell("A2", 2958465, style=DAY), "date", datetime.date(9999, 12, 31)),
    (cell("A2", 60, style=DAY), "integer", 60),  # a day that never was
    (cell("A2", 2958466, style=DAY), "integer", 2958466),
    (cell("A2", -1, style=DAY), "integer", -1),
    (cell("A2", "1E305", style=DAY, type_="n"), "decimal", 1e305),
    (cell("A2", "-1E305", style=MOMENT, type_="n"), "decimal", -1e305),
    (cell("A2", "1E305", style=TIME, type_="n"), "decimal", 1e305),
    (cell("A2", 46053.4375, style=DAY), "datetime", datetime.datetime(2026, 1, 31, 10, 30)),
    (cell("A2", 46053, style=MOMENT), "datetime", datetime.datetime(2026, 1, 31)),
    (cell("A2", 45321.437511574, style=MOMENT), "datetime",
     datetime.datetime(2024, 1, 30, 10, 30, 1)),
    (cell("A2", 1.0625, style=TIME), "text", "25:30:00"),
    (cell("A2", "2026-01-31", type_="d"), "date", datetime.date(2026, 1, 31)),
    (cell("A2", "2026-01-31T10:30:00Z", type_="d"), "datetime",
     datetime.datetime(2026, 1, 31, 10, 30)),
    (cell("A2", "two_x000D__x000a_lines &"), "text", "two\nlines &"),
    (cell("A2", "sum", type_="str", formula="A1&B1"), "text", "sum"),
    (cell("A2", 7, formula="3+4"), "integer", 7),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cell_", "type_", "value"), NUMBERS, ids=[str(i) for i in range(len(NUMBERS))]
)
def test_value_is_what_its_cell_says(cell_: str, type_: str, value: Any) -> None:
    found = column_of([cell_])

    assert found.column("a")["type"] == type_
    assert found.rows == [(value,)]


def test_days_are_counted_from_1904_when_the_workbook_says_so() -> None:
    found = column_of([cell("A2", 0, style=DAY), cell("A3", 44591, style=DAY)], is_from_1904=True)

    assert found.rows == [(datetime.date(1904, 1, 1),), (datetime.date(2026, 1, 31),)]


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("General", Meaning.NUMBER), ("0.00", Meaning.NUMBER), ("[Red]0.00E+00", Meaning.NUMBER),
        ('0 "days"', Meaning.NUMBER), ("0\\d", Meaning.NUMBER), ("@", Meaning.NUMBER),
        ("yyyy-mm-dd", Meaning.DAY), ("mmm", Meaning.DAY), ("[$-407]d. mmmm yyyy", Meaning.DAY),
        ("d/m/yy h:mm", Meaning.MOMENT), ("hh:mm:ss", Meaning.TIME), ("[h]:mm", Meaning.TIME),
        ("[mm]:ss", Meaning.TIME), ("[m]", Meaning.TIME), ("General;yyyy", Meaning.NUMBER),
    ],
)  # fmt: skip
def test_number_means_what_its_format_shows(code: str, meaning: Meaning) -> None:
    assert meaning_of(code) is meaning


def test_format_is_read_in_time_when_it_is_of_brackets_alone() -> None:
    """With a bound only: without one it takes hours, for each bracket looks for its end."""
    assert meaning_of("[" * 1_000_000) is Meaning.NUMBER


def test_texts_are_those_that_cells_share() -> None:
    shared = ["<t>Graz</t>", "<r><t>Linz</t></r><r><rPr/><t>, Upper</t></r>",
              "<t>東京</t><rPh><t>トウキョウ</t></rPh>", "<t></t>"]  # fmt: skip
    cells = [cell(f"A{at + 2}", at, type_="s") for at in range(4)] + [cell("A6", 0, type_="s")]
    found = column_of([*cells[:3], cells[4]], texts=shared)

    assert [row[0] for row in found.rows] == ["Graz", "Linz, Upper", "東京", "Graz"]
    assert column_of([cells[3], cells[0]], texts=shared).rows == [("Graz",)]


def test_error_is_told_and_its_column_stays_one_of_numbers() -> None:
    cells = [cell("A2", 1.5), cell("A3", "#N/A", type_="e"), cell("A4", None, formula="A2*2")]
    found = column_of([*cells, cell("A5", "#DIV/0!", type_="e")])

    assert found.column("a")["type"] == "decimal"
    assert [row[0] for row in found.rows] == [1.5, None, None, None]
    assert [(each["line"], each["reason"], each["text"]) for each in found.rejects] == [
        ("3", "not-decimal", "#N/A"), ("4", "not-decimal", "'=A2*2"),
        ("5", "not-decimal", "#DIV/0!"),
    ]  # fmt: skip


def test_first_sheet_that_people_see_and_that_has_anything_is_read() -> None:
    sheets = {
        "Secret": table([("x",), (1,)]),
        "Empty": sheet({1: [cell("A1", None, style=DAY)], 9: []}),
        "Prices": table(HOUSES),
        "Notes": table([("y",), (2,)]),
    }
    found = profiled(zipped(parts(sheets, hidden=["Secret"])))

    assert len(found.rows) == 3
    document = found.profile.to_dict()
    assert (document["sheet"], document["other_sheets"]) == ("Prices", ["Secret", "Empty", "Notes"])


def test_titles_and_blank_rows_are_none_of_the_table_s() -> None:
    rows = [("Prices of 2026",), ("as of", "today"), (), *HOUSES[:3], (), *HOUSES[3:]]
    found = profiled(workbook(rows, first=2))

    assert [column.name for column in found.profile.columns] == ["town", "price", "rooms"]
    assert len(found.rows) == 3
    writing = found.profile.writing
    assert (writing.title_lines, writing.has_header, writing.lines) == (2, True, 9)
    assert writing.blank_lines == 3


def test_columns_are_numbered_when_no_row_names_them() -> None:
    found = profiled(workbook([(1, "x"), (2, "y")]))

    assert [column.name for column in found.profile.columns] == ["column_1", "column_2"]
    assert found.rows == [(1, "x"), (2, "y")]


def test_header_is_the_row_above_when_it_lacks_a_name() -> None:
    found = profiled(workbook([("All",), (None, "town"), (0, "Graz"), (1, "Linz")]))

    assert [column.name for column in found.profile.columns] == ["column_1", "town"]
    assert found.profile.writing.title_lines == 1


def test_column_has_a_place_when_it_begins_late_or_far_away() -> None:
    rows = {
        1: [cell("C1", "a"), cell("XFD1", "z")],
        2: [cell("C2", 1)],
        500: [cell("B500", "note"), cell("C500", 2)],
    }
    rows |= {at: [cell(f"C{at}", at)] for at in range(3, 300)}
    found = profiled(book(dict(sorted(rows.items()))))

    assert [column.name for column in found.profile.columns] == ["a", "z", "column_3"]
    assert found.rows[-1] == (2, None, "note")
    assert found.profile.writing.blank_lines == 200


def test_cells_have_places_when_their_program_names_none() -> None:
    xml = (
        f'<x:worksheet xmlns:x="{MAIN}"><x:sheetData>'
        "<x:row><x:c t='inlineStr'><x:is><x:t>a</x:t></x:is></x:c>"
        "<x:c t='str'><x:v>b</x:v></x:c></x:row>"
        "<x:row><x:c><x:v>1</x:v></x:c><x:c/></x:row><x:row><x:c/><x:c><x:v>2</x:v></x:c></x:row>"
        "</x:sheetData></x:worksheet>"
    )
    found = profiled(zipped(parts({"A": xml})))

    assert found.rows == [(1, None), (None, 2)]


VALUES = st.none() | st.text(st.sampled_from('ab1,;"\n\r é\x1f_'), min_size=1, max_size=4)


@given(
    st.lists(st.lists(VALUES, min_size=3, max_size=3), min_size=1, max_size=9), st.integers(1, 99)
)
@settings(max_examples=25, deadline=None)
def test_rows_hold_what_was_written_whatever_that_is(
    rows: list[list[str | None]], first: int
) -> None:
    rows = [
        ["v" + (value or "") if at == 0 else value for at, value in enumerate(row)] for row in rows
    ]
    written = [
        [
            value.replace("\r", "_x000D_").replace("\x1f", "_x001F_") if value else None
            for value in row
        ]
        for row in rows
    ]
    found = profiled(
        workbook([("x", "y", "z"), ("v", "v", "v"), ("v", "v", "v"), *written], first=first)
    )

    kept = [
        tuple(value and value.replace("\r\n", "\n").replace("\r", "\n") for value in row)
        for row in rows
    ]
    assert found.rows[2:] == kept
    assert found.profile.writing.lines == first + len(rows) + 2


BROKEN = {
    "broken-cell": [
        cell("A4", "1x", type_="n"), cell("A4", "nan", type_="n"), cell("A4", 99, type_="s"),
        cell("A4", "-1", type_="s"), cell("A4", 2, type_="b"), cell("A4", "today", type_="d"),
        cell("A4", 1, type_="new"), cell("B4", 1) + cell("A4", 2), cell("A4", 1) + cell("A4", 2),
        cell("4", 1), cell("XFE4", 1), cell("ABCD4", 1),
    ],
    "nul": [cell("A4", "_x0000_")],
    "encoding": [cell("A4", "_xD800_")],
    "too-long": [
        cell("A4", "𐍈" * 25_001), cell("A4", "x" * 100_001),
        cell("A4", "x" * 60_000) + cell("B4", "y" * 60_000),
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "broken"), [(reason, each) for reason, cells in BROKEN.items() for each in cells],
    ids=[str(at) for at in range(sum(map(len, BROKEN.values())))],
)  # fmt: skip
def test_row_with_a_broken_cell_is_told_and_costs_no_other(reason: str, broken: str) -> None:
    rows = {at: [cell(f"A{at}", f"v{at}")] for at in range(1, 8)} | {4: [broken]}
    found = profiled(book(rows), limits=TableLimits(max_record_bytes=100_000))

    assert [row[0] for row in found.rows] == ["v2", "v3", "v5", "v6", "v7"]
    assert [(each["line"], each["reason"]) for each in found.rejects] == [("4", reason)]


def test_row_is_read_when_it_is_as_long_as_it_may_be() -> None:
    for text in ("x" * 60_000, "𐍈" * 25_000, '"' * 100_000):
        cells = {1: [cell("A1", "a")], 2: [cell("A2", text)]}
        found = profiled(book(cells), limits=TableLimits(max_record_bytes=100_000))
        assert found.rows == [(text,)]

    longest = book({1: [cell("A1", "a")], 2: [cell("A2", '"' * (1 << 20))]})
    assert len(profiled(longest).rows[0][0]) == 1 << 20


def test_nothing_is_lost_in_silence_when_a_row_or_a_value_is_not_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    flush, add = RowWriter.flush, RowWriter.add

    def lose_row(self: RowWriter) -> None:
        del self._waiting[:1]
        flush(self)

    def lose_value(self: RowWriter, texts: list[str], line: int, values: int) -> None:
        add(self, texts[:-1], line, values)

    for name, loses in (("flush", lose_row), ("add", lose_value)):
        with monkeypatch.context() as patched:
            patched.setattr(RowWriter, name, loses)
            with pytest.raises(LinesLost, match="4 rows of a sheet with 8 values, but"):
                profile_table([workbook(HOUSES)], tmp_path)


def test_columns_are_called_as_in_a_sheet() -> None:
    assert [letters(at) for at in (1, 26, 27, 702, 703, 16384)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]
