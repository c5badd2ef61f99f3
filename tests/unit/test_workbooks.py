"""A head tells a workbook of Excel from other archives and from documents of other programs."""

from __future__ import annotations

import struct
import zipfile

import pytest
from darkroom.kinds import HEAD_BYTES
from darkroom.workbooks import begins_as_workbook
from hypothesis import given
from hypothesis import strategies as st

from tests.archives import zipped
from tests.unit.tables.workbooks import TYPES, parts, table

PARTS = parts({"A": table([("a", "b"), (1, 2)])})
RELATION = (
    '<Relationships><Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/officeDocument" Target="{}"/></Relationships>'
)
APPLICATION = "<Properties><Application>{}</Application></Properties>"
DOCUMENT = TYPES.replace("/xl/workbook.xml", "/word/document.xml").replace(
    "spreadsheetml.sheet", "wordprocessingml.document"
)
EMBEDS = (
    '<Default Extension="xlsx" ContentType="application/vnd.openxmlformats-officedocument.'
    'spreadsheetml.sheet"/>'
)


def padded(data: bytes, extra: int = 500) -> bytes:
    """An archive whose first part leaves room to grow, as Excel leaves it in what it writes."""
    name_length = struct.unpack_from("<H", data, 26)[0]
    at = 30 + name_length
    return data[:28] + struct.pack("<H", extra) + data[30:at] + b"\0" * extra + data[at:]


def streamed(contents: dict[str, str]) -> bytes:
    """An archive that was written without going back: the sizes follow their parts."""

    class Pipe:
        def __init__(self) -> None:
            self.data = b""

        def write(self, data: bytes) -> int:
            self.data += data
            return len(data)

        def flush(self) -> None:
            pass

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name, content in contents.items():
            archive.writestr(name, content)
    return pipe.data


BOOKS = {
    "types first": zipped(PARTS),
    "types first, with room to grow": padded(zipped(PARTS)),
    "stored": zipped(PARTS, method=zipfile.ZIP_STORED),
    "a sheet first": zipped({"xl/worksheets/sheet1.xml": "<worksheet/>", **PARTS}),
    "relations first": zipped({"_rels/.rels": RELATION.format("xl/workbook.xml"), **PARTS}),
    "properties of Excel first": zipped(
        {"docProps/app.xml": APPLICATION.format("Microsoft Excel"), "docProps/core.xml": "x" * 2000}
    ),
    "properties of another program first": zipped(
        {"docProps/app.xml": APPLICATION.format("LibreOffice"), **PARTS}
    ),
    "streamed": streamed({"docProps/core.xml": "<a/>", **PARTS}),
    "with macros": zipped(
        {"[Content_Types].xml": TYPES.replace("sheet.main", "macroEnabled.main")}
    ),
}
OTHERS = {
    "a document": zipped({"[Content_Types].xml": DOCUMENT, "word/document.xml": "<document/>"}),
    "a document that embeds a workbook": zipped(
        {"[Content_Types].xml": DOCUMENT.replace("<Override", EMBEDS + "<Override", 1)}
    ),
    "a document, relations first": zipped({"_rels/.rels": RELATION.format("word/document.xml")}),
    "slides": zipped({"ppt/presentation.xml": "<presentation/>"}),
    "a binary workbook": zipped(
        {"[Content_Types].xml": TYPES.replace("workbook.xml", "workbook.bin")}
    ),
    "properties of Word": zipped({"docProps/app.xml": APPLICATION.format("Microsoft Office Word")}),
    "an open document": zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
    "photos": zipped({"IMG_1.JPG": "x" * 2000}),
    "nothing": b"",
    "a header that is cut": zipped(PARTS)[:29],
    "no archive": b"xl/workbook.xml",
}


@pytest.mark.parametrize("name", BOOKS)
def test_file_is_a_workbook_when_a_first_part_says_so(name: str) -> None:
    assert begins_as_workbook(BOOKS[name][:HEAD_BYTES])


@pytest.mark.parametrize("name", OTHERS)
def test_file_is_no_workbook_when_it_is_another_archive(name: str) -> None:
    assert not begins_as_workbook(OTHERS[name][:HEAD_BYTES])


@given(st.sampled_from([*BOOKS.values()]), st.integers(0, HEAD_BYTES), st.binary(max_size=60))
def test_any_head_has_an_answer(book: bytes, at: int, damage: bytes) -> None:
    head = book[:at] + damage + book[at + len(damage) :]
    assert begins_as_workbook(head[:HEAD_BYTES]) in (True, False)
