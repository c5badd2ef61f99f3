"""The tables that `make bench-csv` reads: the same houses as CSV, JSON lines and Excel, and a CSV
file of which some rows break apart. `python -m bench.table_files folder rows rows-of-workbook`."""

from __future__ import annotations

import csv
import io
import json
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

NAMES = ("id", "town", "street", "sold", "price", "rooms", "new", "note")
TOWNS = ("Graz", "Linz, Upper", "Wien", "Salzburg", 'the "old" town', "Villach", "Wels")
SOUND, BROKEN, LINES, WORKBOOK = "sound.csv", "broken.csv", "sound.jsonl", "sound.xlsx"
_EVERY = 1000  # rows of the broken file, one breaks apart
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def houses(count: int) -> Iterator[tuple[int, str, str, str, float, int, bool, str]]:
    """Rows of eight values each."""
    for at in range(count):
        yield (
            at,
            TOWNS[at % len(TOWNS)],
            f"Elm Street {at % 997}",
            f"20{at % 20 + 10}-{at % 12 + 1:02d}-{at % 28 + 1:02d}",
            100_000 + (at * 7919 % 900_000) + 0.5 * (at % 2),
            at % 9,
            at % 3 == 0,
            "" if at % 5 else f"seen twice {at}",
        )


def broken_rows(rows: int) -> int:
    """How many rows of the broken file break apart."""
    return len(range(_EVERY, rows, _EVERY)) + 1


def make(folder: Path, rows: int, sheet_rows: int) -> None:
    """Write the files that are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, count, write in (
        (SOUND, rows, _csv),
        (BROKEN, rows, _broken),
        (LINES, rows, _json),
        (WORKBOOK, sheet_rows, _workbook),
    ):
        path = folder / f"{count}-{name}"
        if not path.exists():
            write(path.with_suffix(".part"), count)
            path.with_suffix(".part").rename(path)


def make_large(path: Path, size: int) -> int:
    """Write a sound CSV file that just reaches `size` bytes; how many rows it has."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        written = writer.writerow(NAMES)  # characters, all of which are ASCII: a byte each
        for row in houses(sys.maxsize):
            written += writer.writerow(row)
            if written >= size:
                break
    return row[0] + 1


def _csv(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(NAMES)
        writer.writerows(houses(count))


def _broken(path: Path, count: int) -> None:
    """One row of a thousand has a value too many, and in the middle a quote is never closed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(NAMES)
        for row in houses(count):
            if row[0] == count // 2 + 1:
                file.write(f'{row[0]},"Graz,Elm Street 1,2026-01-01,1,1,True,\n')
            else:
                writer.writerow((*row, "extra") if row[0] and row[0] % _EVERY == 0 else row)


def _json(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in houses(count):
            file.write(json.dumps(dict(zip(NAMES, row, strict=True)), ensure_ascii=False) + "\n")


def _workbook(path: Path, count: int) -> None:
    """As Excel writes it: texts are shared, and the day is a number with a format."""
    shared: dict[str, int] = {}

    def cell(value: object) -> str:
        if isinstance(value, bool):
            return f'<c t="b"><v>{value:d}</v></c>'
        if isinstance(value, str):
            return (
                f'<c t="s"><v>{shared.setdefault(value, len(shared))}</v></c>' if value else "<c/>"
            )
        return f"<c><v>{value!r}</v></c>"

    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/>'
            + "".join(
                f'<Override PartName="/xl/{part}.xml" ContentType="application/vnd.openxmlformats-'
                f'officedocument.spreadsheetml.{kind}+xml"/>'
                for part, kind in (
                    ("workbook", "sheet.main"), ("worksheets/sheet1", "worksheet"),
                    ("styles", "styles"), ("sharedStrings", "sharedStrings"),
                )
            )
            + "</Types>",
        )  # fmt: skip
        archive.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        archive.writestr(
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="Houses" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            _relations([
                ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"),
                ("sharedStrings", "sharedStrings.xml"),
            ]),
        )  # fmt: skip
        xf = '<xf numFmtId="{}" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        archive.writestr(
            "xl/styles.xml",
            f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts><fills count="1">'
            '<fill><patternFill patternType="none"/></fill></fills><borders count="1"><border/>'
            '</borders><cellStyleXfs count="1">'
            f'{xf.format(0)}</cellStyleXfs><cellXfs count="2">{xf.format(0)}{xf.format(14)}'
            "</cellXfs></styleSheet>",
        )
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as raw:
            sheet = io.TextIOWrapper(raw, encoding="utf-8", write_through=False)
            sheet.write(f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>')
            sheet.write(f'<row r="1">{"".join(map(cell, NAMES))}</row>')
            for at, town, street, _, price, rooms, new, note in houses(count):
                values = "".join(map(cell, (at, town, street)))
                day = f'<c s="1"><v>{40_000 + at % 6000}</v></c>'
                rest = "".join(map(cell, (price, rooms, new, note)))
                sheet.write(f'<row r="{at + 2}">{values}{day}{rest}</row>')
            sheet.write("</sheetData></worksheet>")
            sheet.flush()
            sheet.detach()
        with archive.open("xl/sharedStrings.xml", "w", force_zip64=True) as raw:
            raw.write(f'{_HEAD}<sst xmlns="{_MAIN}">'.encode())
            for text in shared:
                raw.write(f"<si><t>{escape(text)}</t></si>".encode())
            raw.write(b"</sst>")


def _relations(to: list[tuple[str, str]]) -> str:
    return (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="r{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
            for at, (kind, target) in enumerate(to, 1)
        )
        + "</Relationships>"
    )


if __name__ == "__main__":
    make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
