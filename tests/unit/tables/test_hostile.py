"""Hostile tables: each has the outcome that is expected, within bounds, and none is a crash."""

from __future__ import annotations

import gzip
import io
import random
import re
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from darkroom.errors import PermanentError
from darkroom.kinds import HEAD_BYTES, Kind, kind_of
from darkroom.tables import TableLimits, profile_table
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.tables.reading import profiled
from tests.unit.tables.workbooks import HEAD, cell, parts, sheet, table, workbook, zipped

ROWS = [("town", "price"), ("Graz", 1), ("Linz", 2)]
SOUND = parts({"A": table(ROWS)}, texts=["<t>Graz</t>"])
SHEET = "xl/worksheets/sheet1.xml"
LIMITS = TableLimits(max_bytes=8_000_000, free_unpacked_bytes=1 << 20, max_record_bytes=1 << 18)
ENTITIES = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
FETCHED = '<!DOCTYPE x SYSTEM "file:///etc/passwd">'


def with_part(name: str, content: str) -> bytes:
    return zipped({**SOUND, name: content})


def stored(content: str) -> bytes:
    """A workbook whose sheet is not packed, so that nothing but its length is odd."""
    return zipped({**SOUND, SHEET: content}, method=zipfile.ZIP_STORED)


def declared(declaration: str, name: str) -> bytes:
    return with_part(name, SOUND[name].replace(HEAD, HEAD + declaration))


def flagged(data: bytes) -> bytes:
    """An archive whose parts say that they are encrypted."""
    changed = bytearray(data)
    for sign, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = data.find(sign)
        while at >= 0:
            changed[at + offset] |= 1
            at = data.find(sign, at + 1)
    return bytes(changed)


def rows_of_one_text(count: int) -> bytes:
    """A workbook of a few kilobytes whose rows all hold one long text."""
    cells = {at: [cell(f"A{at}", 0, type_="s")] for at in range(1, count)}
    return zipped(parts({"A": sheet(cells)}, texts=[f"<t>{'x' * 100_000}</t>"]))


def moved(data: bytes) -> bytes:
    """An archive whose directory says to be further down: its parts then begin before the file."""
    at = data.rindex(b"PK\5\6") + 16
    offset = int.from_bytes(data[at : at + 4], "little") + 1000
    return data[:at] + offset.to_bytes(4, "little") + data[at + 4 :]


def parts_of_one_sheet(count: int) -> dict[str, str]:
    """A workbook of so many sheets, all of them one part without rows, which is hard to pack."""
    noise = random.Random(1).randbytes(20_000).hex()
    sheets = "".join(f'<sheet name="{at}" sheetId="{at}" r:id="s1"/>' for at in range(count))
    book = re.sub("<sheet .*/>", sheets, SOUND["xl/workbook.xml"])
    return {**SOUND, "xl/workbook.xml": book, SHEET: f"{HEAD}<a><!--{noise}--></a>"}


def damaged(data: bytes) -> bytes:
    at = data.rindex(b"sheetData")
    return data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :]


WORKBOOKS: dict[str, tuple[Callable[[], bytes], str]] = {
    "rows without end": (
        lambda: with_part(SHEET, f"{HEAD}<a>{'<row/>' * 300_000}</a>"), "unpacks-too-large",
    ),
    "blanks without end": (
        lambda: with_part(SHEET, f"{HEAD}<a>{' ' * 3_000_000}</a>"), "unpacks-too-large",
    ),
    "texts without end": (
        lambda: with_part("xl/sharedStrings.xml", f"{HEAD}<sst>{'<si/>' * 400_000}</sst>"),
        "unpacks-too-large",
    ),
    "a long tag": (
        lambda: stored(f"{HEAD}<a b='{'x' * 1_500_000}'/>"), "too-complex",
    ),
    "a tag that never ends": (
        lambda: stored(HEAD + "<a" + " b=''" * 300_000), "too-complex",
    ),
    "one text in many cells": (lambda: rows_of_one_text(300), "unpacks-too-large"),
    "elements inside each other": (lambda: with_part(SHEET, HEAD + "<a>" * 100_000), "too-complex"),
    "entities": (lambda: declared(ENTITIES, SHEET), "unsafe-xml"),
    "entities in the workbook": (lambda: declared(ENTITIES, "xl/workbook.xml"), "unsafe-xml"),
    "entities in texts": (lambda: declared(ENTITIES, "xl/sharedStrings.xml"), "unsafe-xml"),
    "entities in styles": (lambda: declared(ENTITIES, "xl/styles.xml"), "unsafe-xml"),
    "a type that is fetched": (lambda: declared(FETCHED, SHEET), "unsafe-xml"),
    "an entity that nobody declared": (lambda: with_part(SHEET, f"{HEAD}<a>&b;</a>"), "corrupt"),
    "a password on its parts": (lambda: flagged(zipped(SOUND)), "password"),
    "packed otherwise": (lambda: zipped(SOUND, method=zipfile.ZIP_LZMA), "corrupt"),
    "cut off": (lambda: zipped(SOUND)[:-30], "corrupt"),
    "a damaged part": (lambda: damaged(zipped(SOUND, method=zipfile.ZIP_STORED)), "corrupt"),
    "no main part": (
        lambda: zipped({name: text for name, text in SOUND.items() if name != "xl/workbook.xml"}),
        "corrupt",
    ),
    "no relations": (
        lambda: zipped({name: text for name, text in SOUND.items() if not name.endswith(".rels")}),
        "corrupt",
    ),
    "no sheet's part": (
        lambda: zipped({name: text for name, text in SOUND.items() if name != SHEET}),
        "corrupt",
    ),
    "a sheet elsewhere": (
        lambda: with_part(
            "xl/_rels/workbook.xml.rels",
            SOUND["xl/_rels/workbook.xml.rels"].replace(
                'Target="worksheets/sheet1.xml"',
                'Target="http://example.com/sheet1.xml" TargetMode="External"',
            ),
        ),
        "no-table",
    ),
    "a sheet outside of the archive": (
        lambda: with_part(
            "xl/_rels/workbook.xml.rels",
            SOUND["xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1", "../../../etc/passwd"),
        ),
        "corrupt",
    ),
    "no XML": (lambda: with_part(SHEET, "town,price\n1,2\n"), "corrupt"),
    "rows in disorder": (
        lambda: with_part(SHEET, sheet({2: [cell("A2", 1)], 1: [cell("A1", 2)]})), "corrupt",
    ),
    "rows twice": (
        lambda: with_part(SHEET, SOUND[SHEET].replace("</row>", '</row><row r="1"/>')), "corrupt",
    ),
    "an encoding that nobody knows": (
        lambda: with_part(SHEET, SOUND[SHEET].replace("UTF-8", "UTF-8-or-so")), "corrupt",
    ),
    "an encoding of several bytes": (
        lambda: with_part("xl/styles.xml", SOUND["xl/styles.xml"].replace("UTF-8", "gb18030")),
        "corrupt",
    ),
    "parts before its beginning": (lambda: moved(zipped(SOUND)), "corrupt"),
    "a sheet that is named many times": (
        lambda: zipped(parts_of_one_sheet(180)), "unpacks-too-large",
    ),
    "a row too far down": (
        lambda: with_part(SHEET, sheet({1_048_577: [cell("A1", 1)]})), "corrupt",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WORKBOOKS)
def test_hostile_workbook_is_refused_by_name(name: str) -> None:
    make, code = WORKBOOKS[name]
    data = make()
    with pytest.raises(PermanentError) as refused:
        profiled(data, limits=LIMITS)

    assert kind_of(data[:HEAD_BYTES]) is Kind.TABLE
    assert refused.value.code == code
    assert refused.value.sentence.endswith(".")


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
