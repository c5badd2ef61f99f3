"""Hostile tables, made when they are needed, each with how it ends.

Every one goes through the functions (tests/functional/test_hostile.py). A `reason` is that of a
rejection; a table without one is processed, with so many rows, rejected ones by reason, and values
that are not of their column's type.
"""

from __future__ import annotations

import gzip
import io
import random
import re
import warnings
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from darkroom.kinds import Kind
from darkroom.tables import TableLimits

from tests.archives import zipped
from tests.unit.tables.workbooks import HEAD, cell, parts, sheet, table, workbook

# A bomb of some megabytes is one here.
LIMITS = TableLimits(max_bytes=8_000_000, free_unpacked_bytes=1 << 20, max_record_bytes=1 << 18)


@dataclass(frozen=True)
class Hostile:
    """A file, and how it ends.

    `says` is in the sentence of a rejection; `columns` are the names, where they are the matter.
    """

    make: Callable[[], bytes]
    reason: str = ""
    says: str = ""
    kind: Kind = Kind.TABLE
    rows: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    wrong: int = 0
    columns: tuple[str, ...] = ()

    @property
    def end(self) -> str:
        """The status that its record has."""
        return "rejected" if self.reason else "processed"


def of_bytes(data: bytes, **end: Any) -> Hostile:
    """A file that is short enough to be written here."""
    return Hostile(lambda: data, **end)


def no_file_of_ours(data: bytes, says: str = "none that we can read") -> Hostile:
    """A file that is told to be of no kind, whatever it is called."""
    return Hostile(lambda: data, "unsupported", says, Kind.OTHER)


def refused(make: Callable[[], bytes], reason: str, says: str = "") -> Hostile:
    """A table that is rejected."""
    return Hostile(make, reason, says)


ROWS = [("town", "price"), ("Graz", 1), ("Linz", 2)]
SOUND = parts({"A": table(ROWS)}, texts=["<t>Graz</t>"])
SHEET = "xl/worksheets/sheet1.xml"
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


CSV_ROWS = b"a,b\n1,x\n2,y\n3,z\n"
CSV_TEXT = CSV_ROWS.decode()
_CHANCE = random.Random(7)  # not a secret


def long_line_in_gzip() -> bytes:
    """Two megabytes that unpack to a line of two gigabytes."""
    return gzip.compress(CSV_ROWS) + gzip.compress(b"x" * (1 << 20)) * 2048


DELIMITED: dict[str, Hostile] = {
    # Bytes that are no text.
    "NUL in a value": no_file_of_ours(CSV_ROWS + b"4,\0\n"),
    "NUL in a value, far down": of_bytes(
        CSV_ROWS + b"4,u\n" * 400 + b"5,\0\n", rows=403, rejected={"nul": 1},
    ),
    "NUL in the header": no_file_of_ours(b"a,b\0\n1,x\n2,y\n3,z\n"),
    "NULs alone": no_file_of_ours(bytes(5000)),
    "NULs behind the rows": no_file_of_ours(CSV_ROWS + bytes(100_000)),
    "encodings mixed": of_bytes(
        "a,b\n1,ä\n2,ö\n".encode() + "3,ü\n4,ß\n".encode("cp1252") + "5,é\n".encode(), rows=5,
    ),
    "two byte order marks": of_bytes(
        b"\xef\xbb\xbf" * 2 + CSV_ROWS, rows=3, columns=("a", "b"),
    ),
    "UTF-16 that is cut": of_bytes(
        CSV_TEXT.encode("utf-16") + b"4", rows=3, rejected={"too-few-columns": 1},
    ),
    "UTF-16 without a mark": of_bytes(CSV_TEXT.encode("utf-16-le"), rows=3),
    "UTF-32": no_file_of_ours(CSV_TEXT.encode("utf-32")),
    "EBCDIC": no_file_of_ours(CSV_TEXT.encode("cp037")),
    "half of a character": of_bytes(CSV_ROWS + b"4,\xed\xa0\x80\n", rows=4),
    "a slash in too many bytes": of_bytes(CSV_ROWS + b"4,\xc0\xaf\n", rows=4),
    "noise": no_file_of_ours(_CHANCE.randbytes(20_000)),
    "noise of a table's letters": no_file_of_ours(
        bytes(_CHANCE.choice(b'ab,";\n\r\t|1') for _ in range(20_000))
    ),
    # Quotes.
    "a quote that is never closed": of_bytes(
        b'a,b\n1,x\n2,"y\n3,z\n4,u\n5,v\n', rows=4, rejected={"unclosed-quote": 1},
    ),
    "a header that is never closed": refused(
        lambda: b'"a,b\n1,x\n2,y\n3,z\n', "no-table", "first line",
    ),
    "a header without end": refused(lambda: b'sep=,\n"a,b\n1,2\n', "no-table", "first line"),
    "quotes alone": no_file_of_ours(b'"\n' * 5000),
    "a quote and two megabytes": Hostile(
        lambda: CSV_ROWS + b'4,"' + b"x" * 2_000_000 + b"\n", rows=3, rejected={"too-long": 1},
    ),
    "quotes inside of quotes": of_bytes(CSV_ROWS + b'4,"' + b'""' * 60_000 + b'"\n', rows=4),
    "text behind a quote": of_bytes(
        CSV_ROWS + b'4,"x"y\n5,"v"\n', rows=4, rejected={"text-after-quote": 1},
    ),
    # Lines.
    "a carriage return for each line": of_bytes(CSV_ROWS.replace(b"\n", b"\r"), rows=3),
    "three ends of lines": of_bytes(b"a,b\r\n1,x\n2,y\r3,z\n", rows=3),
    "ten thousand carriage returns": of_bytes(CSV_ROWS + b"\r" * 10_000, rows=3),
    "blank lines alone": no_file_of_ours(b"\n" * 5000),
    "blank lines between": of_bytes(CSV_ROWS + b"\n" * 100_000 + b"4,u\n", rows=4),
    "blanks alone": no_file_of_ours(b" " * 5000),
    "delimiters alone": of_bytes(b",,,,\n" * 1000, rows=1000),
    "a header alone": refused(lambda: b"sep=;\na;b\n", "no-table", "no rows"),
    "one column": no_file_of_ours(b"a\nb\nc\n"),
    "prose": no_file_of_ours(b"Dear Ann,\nall is well here.\nYours, Bob\n"),
    "more rows break than not": refused(
        lambda: b"a,b\n1,2\n3,4\n" + b"1\n" * 3, "mostly-broken", "at line 4",
    ),
    "a delimiter that is a letter": no_file_of_ours(b"sep=x\naxb\n1x2\n3x4\n"),
    "a delimiter that is a quote": no_file_of_ours(b'sep="\na"b\n1"2\n'),
    "each row longer than the last": no_file_of_ours(
        b"".join(b"1," * at + b"1\n" for at in range(1, 300))
    ),
    # Columns.
    "100,000 columns": refused(
        lambda: (b"1," * 100_000 + b"2\n") * 2, "too-many-columns", "2,000",
    ),
    "3,000 columns with names": refused(
        lambda: b",".join(b"c%d" % at for at in range(3000)) + b"\n" + (b"1," * 2999 + b"1\n") * 2,
        "too-many-columns", "3,000",
    ),
    "500 columns of one name": of_bytes(
        b",".join([b"a"] * 500) + b"\n" + (b"1," * 499 + b"1\n") * 3, rows=3,
    ),
    "a name of 10,000 letters": no_file_of_ours(b"a" * 10_000 + b",b\n1,x\n2,y\n3,z\n"),
    "names that are SQL": of_bytes(
        b'"a""); DROP TABLE t; --","${b}"\n1,x\n2,y\n3,z\n', rows=3,
        columns=('a"); DROP TABLE t; --', "${b}"),
    ),
    "names that turn the direction": of_bytes(
        "\x1b[31ma,\u202eb\u2066\u200b\n1,x\n2,y\n3,z\n".encode(), rows=3,
        columns=("[31ma", "b"),
    ),
    # Values.
    "formulas": of_bytes(
        b"a,b\n1,=1+1\n2,@SUM(A1)\n3,\"=cmd|' /C calc'!A0\"\n", rows=3,
    ),
    "numbers of 400 digits": of_bytes(
        b"a,b\n" + b"9" * 400 + b",1e999\n1,1e400\n2,-1e999\n", rows=3,
    ),
    "days that there are not": of_bytes(
        b"a,b\n2026-02-30,1\n2026-13-01,2\n9999-99-99,3\n", rows=3,
    ),
    "days of the first and the last year": of_bytes(
        b"a,b\n0000-01-01,1\n9999-12-31,2\n0001-01-01,3\n", rows=3,
    ),
    "digits of another script": of_bytes("a,b\n١٢,1\n١٣,2\n١٤,3\n".encode(), rows=3),
    # What is called a table, and is something else.
    "a picture": of_bytes(
        b"\x89PNG\r\n\x1a\n" + bytes(60), kind=Kind.PICTURE, reason="corrupt",
    ),
    "a web page": no_file_of_ours(
        b"<script>alert(1)</script>,b\n1,<img src=x onerror=alert(1)>\n2,y\n3,z\n", "a web page",
    ),
    "a program": no_file_of_ours(b"\x7fELF" + b"a,b\n1,2\n" * 100, "a program"),
    "a PDF": no_file_of_ours(b"%PDF-1.7\na,b\n1,2\n3,4\n", "a PDF"),
    "a drawing": no_file_of_ours(
        b"<svg xmlns='http://www.w3.org/2000/svg'>,b\n1,2\n3,4\n", "an SVG",
    ),
    "a database": no_file_of_ours(b"SQLite format 3\0" + b"a,b\n1,2\n" * 50),
    "a Parquet file": no_file_of_ours(b"PAR1" + bytes(100) + b"PAR1"),
    "an address": no_file_of_ours(b"BEGIN:VCARD\nVERSION:3.0\nN:a;b\nEND:VCARD\n"),
    # Packed with gzip.
    "gzip that is cut off": refused(
        lambda: gzip.compress(CSV_ROWS * 2000)[:-20], "corrupt", "cut off",
    ),
    "gzip with a tail": refused(lambda: gzip.compress(CSV_ROWS) + b"tail", "corrupt", "damaged"),
    "gzip of wrong bytes": refused(
        lambda: gzip.compress(CSV_ROWS * 2000)[:-8] + bytes(8), "corrupt", "damaged",
    ),
    "a header of gzip": no_file_of_ours(gzip.compress(CSV_ROWS)[:10], "a compressed archive"),
    "gzip of nothing": no_file_of_ours(gzip.compress(b""), "a compressed archive"),
    "gzip in gzip": no_file_of_ours(
        gzip.compress(gzip.compress(CSV_ROWS)), "a compressed archive",
    ),
    "gzip that is a bomb": refused(
        lambda: gzip.compress(b"a,b\n" + b"1,2\n" * 1_500_000, 9), "unpacks-too-large",
    ),
    "a line of two gigabytes": refused(long_line_in_gzip, "unpacks-too-large", "8 MB"),
    "gzip of 50,000 empty parts": Hostile(
        lambda: b"".join(
            (gzip.compress(b"a,b\n1,2\n"), gzip.compress(b"") * 50_000, gzip.compress(b"3,4\n"))
        ),
        rows=2,
    ),
}  # fmt: skip


JSON = b'{"a":1,"b":"x"}\n{"a":2,"b":"y"}\n{"a":3,"b":"z"}\n'


def beside(line: bytes, **end: Any) -> Hostile:
    """A line below three sound ones, which stay."""
    return of_bytes(JSON + line + b"\n", **{"rows": 3, **end})


JSON_LINES: dict[str, Hostile] = {
    "lists in lists": beside(
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", rejected={"too-deep": 1},
    ),
    "objects in objects": beside(
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000, rejected={"too-deep": 1},
    ),
    "objects that are never closed": beside(b'{"a":' * 40_000, rejected={"too-deep": 1}),
    "a name twice": beside(b'{"a":1,"a":2}', rejected={"duplicate-name": 1}),
    "a name twice in each line": refused(
        lambda: b'{"a":1,"a":2}\n' * 50, "mostly-broken", "a name twice",
    ),
    "a surrogate alone": beside(b'{"a":4,"b":"\\ud800"}', rejected={"encoding": 1}),
    "surrogates in the wrong order": beside(
        b'{"a":4,"b":"\\udc00\\ud800"}', rejected={"encoding": 1},
    ),
    "a surrogate alone in a name": beside(b'{"\\ud800":1}', rows=4),
    "a NUL": beside(b'{"a":4,"b":"\\u0000"}', rejected={"nul": 1}),
    "a NUL in a name": beside(b'{"\\u0000":4}', rows=4),
    "a number of 5,000 digits": beside(b'{"a":' + b"9" * 5000 + b',"b":"u"}', rows=4),
    "a number beyond all numbers": beside(b'{"a":1e99999,"b":"u"}', rows=4),
    "a number next to none": beside(b'{"a":1e-99999,"b":"u"}', rows=4),
    "numbers that are none": beside(
        b'{"a":NaN,"b":"u"}\n{"a":-Infinity,"b":"v"}', rows=5, rejected={"not-integer": 2}, wrong=2,
    ),
    "30,000 names": refused(
        lambda: b"".join(b'{"c%d":1}\n' % at for at in range(30_000)), "too-many-columns", "2,000",
    ),
    "2,001 names in a line": refused(
        lambda: b"{" + b",".join(b'"c%d":%d' % (at, at) for at in range(2001)) + b"}\n",
        "too-many-columns", "2,000",
    ),
    "names of a language": beside(b'{"__proto__":{"a":1},"constructor":2}', rows=4),
    "names without a letter": of_bytes(b'{"":1," ":2,"\\n":3}\n' * 3, rows=3),
    "a name of 1,001 letters": beside(
        b'{"' + b"n" * 1001 + b'":1}', rejected={"name-too-long": 1},
    ),
    "empty objects": refused(lambda: b"{}\n{}\n", "no-table", "empty"),
    "one line": refused(
        lambda: b'{"a":[' + b'{"b":1},' * 200_000 + b"0]}", "no-table", "All of this file",
    ),
    "more lines break than not": refused(
        lambda: b'{"a":1}\n{"a"}\n[]\n', "mostly-broken", "line 2: The line is no JSON",
    ),
    "a line of two megabytes": beside(
        b'{"a":"' + b"x" * 2_000_000 + b'"}', rejected={"too-long": 1},
    ),
    "a mark in the middle": of_bytes(
        JSON + b"\xef\xbb\xbf" + JSON, rows=5, rejected={"not-json": 1},
    ),
    "UTF-16 that is cut": of_bytes(
        JSON.decode().encode("utf-16")[:-1], rows=2, rejected={"encoding": 1},
    ),
    "bytes that are no text": beside(b'{"a":4,"b":"\xff\xfe"}', rejected={"encoding": 1}),
    "quotes of Python": beside(b"{'a':1}", rejected={"not-json": 1}),
    "a control character": beside(b'{"a":4,"b":"\x01"}', rejected={"not-json": 1}),
    "a line separator": beside('{"a":4,"b":"\u2028"}'.encode(), rows=4),
    "the last line cut off": of_bytes(JSON[:-9], rows=2, rejected={"not-json": 1}),
    "gzip that is cut off": refused(lambda: gzip.compress(JSON * 1000)[:-9], "corrupt", "cut off"),
    "gzip that is a bomb": refused(lambda: gzip.compress(JSON * 100_000), "unpacks-too-large"),
    "a document": no_file_of_ours(b'[{"a":1},{"a":2}]\n', "a JSON document"),
    "a document in many lines": no_file_of_ours(b'{\n "a": 1\n}\n', "a JSON document"),
    "comments": no_file_of_ours(b'// a\n{"a":1}\n{"a":2}\n'),
}  # fmt: skip


def beside_cells(*cells: str, contents: Mapping[str, str] | None = None) -> bytes:
    """A workbook of four sound rows and one of these cells."""
    rows = {
        1: [cell("A1", "a"), cell("B1", "b")],
        **{at: [cell(f"A{at}", at), cell(f"B{at}", "x")] for at in range(2, 6)},
        **({6: cells} if cells else {}),
    }
    return zipped({**parts({"A": sheet(rows)}), **(contents or {})})


def with_a_part_twice() -> bytes:
    """A workbook with two parts of one name, of which programs take either."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in SOUND.items():
            archive.writestr(name, content)
        archive.writestr(SHEET, sheet({1: [cell("A1", "other")], 2: [cell("A2", 9)]}))
    return file.getvalue()


WORKBOOKS: dict[str, Hostile] = {
    "rows without end": refused(
        lambda: with_part(SHEET, f"{HEAD}<a>{'<row/>' * 300_000}</a>"), "unpacks-too-large",
    ),
    "blanks without end": refused(
        lambda: with_part(SHEET, f"{HEAD}<a>{' ' * 3_000_000}</a>"), "unpacks-too-large",
    ),
    "texts without end": refused(
        lambda: with_part("xl/sharedStrings.xml", f"{HEAD}<sst>{'<si/>' * 400_000}</sst>"),
        "unpacks-too-large",
    ),
    "a long tag": refused(
        lambda: stored(f"{HEAD}<a b='{'x' * 1_500_000}'/>"), "too-complex",
    ),
    "a tag that never ends": refused(
        lambda: stored(HEAD + "<a" + " b=''" * 300_000), "too-complex",
    ),
    "one text in many cells": refused(lambda: rows_of_one_text(300), "unpacks-too-large"),
    "elements inside each other": refused(
        lambda: with_part(SHEET, HEAD + "<a>" * 100_000), "too-complex",
    ),
    "entities": refused(lambda: declared(ENTITIES, SHEET), "unsafe-xml"),
    "entities in the workbook": refused(
        lambda: declared(ENTITIES, "xl/workbook.xml"), "unsafe-xml",
    ),
    "entities in texts": refused(lambda: declared(ENTITIES, "xl/sharedStrings.xml"), "unsafe-xml"),
    "entities in styles": refused(lambda: declared(ENTITIES, "xl/styles.xml"), "unsafe-xml"),
    "a type that is fetched": refused(lambda: declared(FETCHED, SHEET), "unsafe-xml"),
    "an entity that nobody declared": refused(
        lambda: with_part(SHEET, f"{HEAD}<a>&b;</a>"), "corrupt",
    ),
    "a password on its parts": refused(lambda: flagged(zipped(SOUND)), "password"),
    "packed otherwise": refused(lambda: zipped(SOUND, method=zipfile.ZIP_LZMA), "corrupt"),
    "cut off": refused(lambda: zipped(SOUND)[:-30], "corrupt"),
    "a damaged part": refused(lambda: damaged(zipped(SOUND, method=zipfile.ZIP_STORED)), "corrupt"),
    "no main part": refused(
        lambda: zipped({name: text for name, text in SOUND.items() if name != "xl/workbook.xml"}),
        "corrupt",
    ),
    "no relations": refused(
        lambda: zipped({name: text for name, text in SOUND.items() if not name.endswith(".rels")}),
        "corrupt",
    ),
    "no sheet's part": refused(
        lambda: zipped({name: text for name, text in SOUND.items() if name != SHEET}),
        "corrupt",
    ),
    "a sheet elsewhere": refused(
        lambda: with_part(
            "xl/_rels/workbook.xml.rels",
            SOUND["xl/_rels/workbook.xml.rels"].replace(
                'Target="worksheets/sheet1.xml"',
                'Target="http://example.com/sheet1.xml" TargetMode="External"',
            ),
        ),
        "no-table",
    ),
    "a sheet outside of the archive": refused(
        lambda: with_part(
            "xl/_rels/workbook.xml.rels",
            SOUND["xl/_rels/workbook.xml.rels"].replace("worksheets/sheet1", "../../../etc/passwd"),
        ),
        "corrupt",
    ),
    "no XML": refused(lambda: with_part(SHEET, "town,price\n1,2\n"), "corrupt"),
    "rows in disorder": refused(
        lambda: with_part(SHEET, sheet({2: [cell("A2", 1)], 1: [cell("A1", 2)]})), "corrupt",
    ),
    "rows twice": refused(
        lambda: with_part(SHEET, SOUND[SHEET].replace("</row>", '</row><row r="1"/>')), "corrupt",
    ),
    "an encoding that nobody knows": refused(
        lambda: with_part(SHEET, SOUND[SHEET].replace("UTF-8", "UTF-8-or-so")), "corrupt",
    ),
    "an encoding of several bytes": refused(
        lambda: with_part("xl/styles.xml", SOUND["xl/styles.xml"].replace("UTF-8", "gb18030")),
        "corrupt",
    ),
    "parts before its beginning": refused(lambda: moved(zipped(SOUND)), "corrupt"),
    "a sheet that is named many times": refused(
        lambda: zipped(parts_of_one_sheet(180)), "unpacks-too-large",
    ),
    "a row too far down": refused(
        lambda: with_part(SHEET, sheet({1_048_577: [cell("A1", 1)]})), "corrupt",
    ),
    "macros": Hostile(lambda: beside_cells(contents={"xl/vbaProject.bin": "\0" * 99}), rows=4),
    "links to other files": Hostile(
        lambda: beside_cells(contents={"xl/externalLinks/externalLink1.xml": "<externalLink/>"}),
        rows=4,
    ),
    "names that lead out of a folder": Hostile(
        lambda: beside_cells(contents={"../../../../tmp/x": "y", "/etc/cron.d/x": "y"}), rows=4,
    ),
    "a formula that starts a program": Hostile(
        lambda: beside_cells(cell("A6", None, formula="cmd|' /C calc'!A0"), cell("B6", "u")),
        rows=5, rejected={"not-integer": 1}, wrong=1,
    ),
    "a formula that asks the net": Hostile(
        lambda: beside_cells(
            cell("A6", 6, formula='WEBSERVICE("http://127.0.0.1")'), cell("B6", "u")
        ),
        rows=5,
    ),
    "a day in the year 10^297": Hostile(
        lambda: beside_cells(cell("A6", "1e300", style=1, type_="n"), cell("B6", "u")), rows=5,
    ),
    "a day before all days": Hostile(
        lambda: beside_cells(cell("A6", "-5", style=1, type_="n"), cell("B6", "u")), rows=5,
    ),
    "a number beyond all numbers": Hostile(
        lambda: beside_cells(cell("A6", "1e999", type_="n")), rows=4, rejected={"broken-cell": 1},
    ),
    "a text that is not there": Hostile(
        lambda: beside_cells(cell("A6", 99, type_="s")), rows=4, rejected={"broken-cell": 1},
    ),
    "a cell beyond the last column": Hostile(
        lambda: beside_cells(cell("XFE6", 1)), rows=4, rejected={"broken-cell": 1},
    ),
    "a NUL in a cell": Hostile(
        lambda: beside_cells(cell("A6", 6), cell("B6", "_x0000_")), rows=4, rejected={"nul": 1},
    ),
    "a part twice": Hostile(with_a_part_twice, rows=1),
    "12,000 empty parts": Hostile(
        lambda: beside_cells(contents={f"x/{at}": "" for at in range(12_000)}), rows=4,
    ),
    "cut in its middle": refused(
        lambda: workbook([("a", "b"), (1, 2), (3, 4)])[:400], "corrupt", "damaged",
    ),
    "cut at its end": refused(lambda: workbook([("a", "b"), (1, 2)])[:-9], "corrupt"),
    "no row": refused(lambda: workbook([("a", "b")]), "no-table", "no rows"),
    "no cell": refused(lambda: workbook([]), "no-table", "no sheet"),
    "hidden": refused(
        lambda: zipped(parts({"A": table(ROWS)}, hidden=["A"])), "no-table", "not hidden",
    ),
    "2,001 columns": refused(
        lambda: workbook([["x"] * 2001, ["y"] * 2001]), "too-many-columns", "2,000",
    ),
    "more rows break than not": refused(
        lambda: zipped(parts({"A": sheet({
            1: [cell("A1", "a")], 2: [cell("A2", 1)], 3: [cell("A3", "x", type_="b")],
            5: [cell("A5", "x", type_="b")],
        })})),
        "mostly-broken", "at row 3: A cell",
    ),
    "a password on all of it": no_file_of_ours(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "a password",
    ),
    "a table in an archive": no_file_of_ours(zipped({"a.csv": "a,b\n1,2\n"}), "a ZIP archive"),
    "another program's": no_file_of_ours(
        zipped({"word/document.xml": "<document/>"}), "an office document",
    ),
    "an empty archive": no_file_of_ours(b"PK\5\6" + bytes(18), "a ZIP archive"),
}  # fmt: skip

HOSTILE: dict[str, Hostile] = {
    f"{group}: {name}": each
    for group, cases in (("text", DELIMITED), ("JSON lines", JSON_LINES), ("workbook", WORKBOOKS))
    for name, each in cases.items()
}
