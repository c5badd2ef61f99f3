"""A head tells a table of text from other text; a sample tells how the table is read."""

from __future__ import annotations

import gzip

import pytest
from darkroom.delimited import Dialect, begins_as_table, dialect_of
from darkroom.kinds import HEAD_BYTES
from hypothesis import given
from hypothesis import strategies as st

ROWS = "town;price;sold\nGraz;1,5;2026\nLinz;2,5;2025\n"
WIDE = ",".join(f"column{i}" for i in range(400)) + "\n"
TABLES = {
    "comma": b"a,b\n1,2\n",
    "no end of the last line": b"a,b\n1,2",
    "semicolons and decimal commas": ROWS.encode(),
    "tabs": b"a\tb\n1\t2\n3\t4\n",
    "pipes": b"a|b|c\n1|2|3\n",
    "UTF-16": ROWS.encode("utf-16"),
    "UTF-16 without a mark": ROWS.encode("utf-16-le"),
    "cp1252": "ört;preis\nköln;5\nbonn;6\n".encode("cp1252"),
    "gzip": gzip.compress(ROWS.encode() * 50),
    "separator line": b"sep=;\na;b\n",
    "title lines": b"Prices of 2026\n\na,b,c\n1,2,3\n4,5,6\n",
    "quoted newlines": b'a,b,c\n1,"x, y\nz, u",3\n4,"5, 6\n, 7",8\n',
    "blanks behind commas": b"id, name, price\n1, pen, 5\n2, ink, 6\n",
    "many columns": WIDE.encode(),
    "carriage returns": b"a,b\r1,2\r3,4\r",
    "quotes at the beginning alone": b'a,b,c\n1,"x, y",3\n' + b"4,5,6\n" * 400,
    "a quote that the head cuts": b"a,b,c\n" + b"4,5,6\n" * 100 + b'7,"' + b"x\n" * 400,
    "some rows break apart": b"a,b,c\n1,2,3\n1,2\n4,5,6\n",
}
OTHERS = {
    "nothing": b"",
    "a word": b"x",
    "a sentence": b"Dear diary, this is not a table.",
    "a letter": b"Dear Ann,\n\nI am well, thank you.\nIt rains here, and there.\n\nYours, Bob\n",
    "a list": b"pens\nink\npaper\n",
    "JSON": b'[{"a": 1, "b": 2},\n{"a": 3, "b": 4},\n{"a": 3, "b": 4}]',
    "a web page": b"<p>a,b</p>\n<p>c,d</p>\n",
    "a program": b"int a = 1;\nint b = 2;\nreturn a;\n",
    "NULs": b"a,b\n1,\0\n2,3\n" + b"1,2\n" * 20,
    "packed NULs": gzip.compress(bytes(5000)),
    "damaged archive": b"\x1f\x8b" + b"x" * 100,
    "header alone": b"a,b,c\n",
}


def begins(data: bytes) -> bool:
    return begins_as_table(data[:HEAD_BYTES], whole=len(data) <= HEAD_BYTES)


@pytest.mark.parametrize("name", TABLES)
def test_file_is_a_table_when_its_lines_have_as_many_values_each(name: str) -> None:
    assert begins(TABLES[name])


@pytest.mark.parametrize("name", OTHERS)
def test_file_is_no_table_when_its_lines_have_no_columns(name: str) -> None:
    assert not begins(OTHERS[name])


@given(st.binary(max_size=200))
def test_any_bytes_have_an_answer(data: bytes) -> None:
    for start in (b"", b"\x1f\x8b\x08\0", b"\xff\xfe", b"sep=,\n"):
        assert begins(start + data) in (True, False)


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        (ROWS, Dialect(";")),
        ("sep=|\na|b\n", Dialect("|", 1)),
        ('"sep=\t"\na\tb\n', Dialect("\t", 1)),
        ("title\n\na,b\n1,2\n", Dialect(",", 2)),
        ('"a, b\nc"\n"d"\nx,y\n1,2\n', Dialect(",", 3)),
        ("a\n" * 31 + "a,b\n" * 50, None),
        # What the last lines alone have in common makes no titles of the others.
        ("name,comment\na,ok\nb,ok;x\nc,y;z\n", Dialect(",")),
        ("x,y,z\n1,2,3\n1,a;;b,c;\n2,d;;e,f;\n", Dialect(",")),
        ("Sales, 2026\nIn short, all\ntown;price\nGraz;1,5\nLinz;2,5\n", Dialect(";", 2)),
    ],
)
def test_dialect_is_told_by_what_most_lines_have_in_common(
    text: str, dialect: Dialect | None
) -> None:
    assert dialect_of(text, whole=True) == dialect
