"""Hostile tables: each has the outcome that is expected, within bounds, and none is a crash."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from darkroom.errors import PermanentError
from darkroom.kinds import HEAD_BYTES, Kind, kind_of
from darkroom.tables import profile_table
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.archives import zipped
from tests.unit.tables.hostile import LIMITS, ROWS, SHEET, SOUND, with_part
from tests.unit.tables.reading import profiled
from tests.unit.tables.workbooks import HEAD, cell, parts, sheet, table, workbook


@pytest.mark.parametrize(
    ("bound", "data"),
    [
        ("archive._MOST_DIRECTORY_BYTES", zipped({**SOUND, **{f"{at}": "" for at in range(100)}})),
        ("workbook._MOST_PARTS", zipped(parts({f"{at}": table(ROWS) for at in range(99)}))),
        ("workbook._MOST_FORMATS", with_part(
            "xl/styles.xml", f"{HEAD}<a><cellXfs>{'<xf/>' * 5000}</cellXfs></a>")),
        ("workbook._MOST_TEXTS", with_part(
            "xl/sharedStrings.xml", f"{HEAD}<sst>{'<si/>' * 5000}</sst>")),
    ],
)  # fmt: skip
def test_workbook_is_refused_when_it_has_more_of_something_than_any_has(
    bound: str, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 4000 if bound.endswith(("BYTES", "FORMATS", "TEXTS")) else 50
    monkeypatch.setattr(f"darkroom.tables.{bound}", most)
    with pytest.raises(PermanentError, match="too many parts") as refused:
        profiled(data)
    assert refused.value.code == "too-complex"


def test_sheet_that_claims_to_be_as_large_as_any_takes_what_its_cells_take() -> None:
    xml = sheet({1: [cell("A1", "a")], 1_048_576: [cell("XFD1048576", 7)]})
    claimed = xml.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    found = profiled(with_part(SHEET, claimed), limits=LIMITS)

    assert found.rows == [(None, 7)]
    assert (found.profile.writing.lines, found.profile.writing.blank_lines) == (
        1_048_576,
        1_048_574,
    )


def test_formula_and_macro_stay_what_they_are() -> None:
    rows = {
        1: [cell("A1", "a"), cell("B1", "b")],
        **{at: [cell(f"A{at}", at), cell(f"B{at}", "x")] for at in range(2, 9)},
        9: [cell("A9", None, formula="cmd|' /C calc'!A0"), cell("B9", "=1+1")],
        10: [cell("A10", 3, formula='WEBSERVICE("http://example.com")')],
    }
    found = profiled(zipped({**parts({"A": sheet(rows)}), "xl/vbaProject.bin": "\0" * 99}))

    assert found.rows[-2:] == [(None, "=1+1"), (3, None)]
    assert [(each["line"], each["text"]) for each in found.rejects] == [
        ("9", "'=cmd|' /C calc'!A0")
    ]


BOOK = workbook([*ROWS, *((f"t{at}", at) for at in range(40))])


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_workbook_ends_well_whatever_is_damaged(data: st.DataObject) -> None:
    changed = bytearray(BOOK)
    for at, byte in data.draw(
        st.lists(
            st.tuples(st.integers(0, len(BOOK) - 1), st.integers(0, 255)), min_size=1, max_size=4
        )
    ):
        changed[at] = byte
    end_well(bytes(changed))


@given(
    st.sampled_from([SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"]), st.data()
)
@settings(max_examples=40, deadline=None)
def test_workbook_ends_well_whatever_its_xml_is(name: str, data: st.DataObject) -> None:
    text = SOUND[name]
    at, until = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    instead = data.draw(
        st.sampled_from(["", "<c>", "</c>", "0", '"', "<v>9</v>", "<row>", "\0", "&", "-1"])
    )
    end_well(with_part(name, text[:at] + instead + text[until:]))


@given(st.lists(st.sampled_from(
    ["{", "}", "[", "]", '"a"', ":", ",", "\n", "1", "-", "null", "\\", '"', " ", "é", "\\u0000"]
), max_size=30).map("".join), st.booleans())  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_json_lines_end_well_whatever_they_are(text: str, is_packed: bool) -> None:
    data = b'{"a":1}\n{"a":2}\n' + text.encode()
    end_well(gzip.compress(data) if is_packed else data)


def end_well(data: bytes) -> None:
    """A table is read, or refused by name: nothing else is raised."""
    try:
        found = profiled(data, limits=LIMITS)
    except PermanentError:
        return
    assert found.profile.rows == len(found.rows) > 0


@pytest.mark.parametrize(
    "start", [b'{"a":1}\n{"a":2}\n{"a":"', b"a,b\n1,2\n3,4\n"], ids=["json", "csv"]
)
def test_line_without_end_takes_no_memory(start: bytes, tmp_path: Path) -> None:
    def chunks() -> Iterator[bytes]:
        yield start
        for _ in range(64):
            yield b"x" * (1 << 20)
        yield b"\n"

    tracemalloc.start()
    try:
        profile, _ = profile_table(chunks(), tmp_path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert (profile.rows, profile.rejected) == (2, {"too-long": 1})
    assert peak < 24 << 20


def test_archive_of_another_program_is_no_table() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert kind_of(file.getvalue()[:HEAD_BYTES]) is Kind.OTHER
