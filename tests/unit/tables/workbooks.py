"""Workbooks for tests, sound and hostile, made of their XML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from tests.archives import zipped

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPES = (
    f'{HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
# By their place in cellXfs, which is the style of a cell.
FORMATS = ("General", "yyyy-mm-dd", 'dd"."mm/yyyy hh:mm', "[h]:mm:ss", '#,##0.00 "days";[Red]-0')
NUMBER, DAY, MOMENT, TIME, MONEY = range(len(FORMATS))


def cell(place: str, value: object, *, style: int = 0, type_: str = "", formula: str = "") -> str:
    """A cell: a text stands in it itself, everything else as a number."""
    if isinstance(value, str) and not type_:
        inside = f"<is><t>{escape(value)}</t></is>"
        type_ = "inlineStr"
    else:
        inside = "" if value is None else f"<v>{escape(str(value))}</v>"
    of_type = f' t="{type_}"' if type_ else ""
    own = f"<f>{escape(formula)}</f>" if formula else ""
    return f'<c r="{place}" s="{style}"{of_type}>{own}{inside}</c>'


def sheet(rows: Mapping[int, Sequence[str]]) -> str:
    """A sheet's XML, of cells by the number of their row."""
    written = "".join(f'<row r="{at}">{"".join(cells)}</row>' for at, cells in rows.items())
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{written}</sheetData></worksheet>'


def table(rows: Sequence[Sequence[object]], *, first: int = 1) -> str:
    """A sheet's XML, of values in the rows from one on; None is no cell."""
    return sheet(
        {
            number: [
                cell(f"{letters(at)}{number}", value)
                for at, value in enumerate(row, 1)
                if value is not None
            ]
            for number, row in enumerate(rows, first)
        }
    )


def letters(column: int) -> str:
    """What a column is called: A for 1."""
    left, last = divmod(column - 1, 26)
    return (letters(left) if left else "") + chr(65 + last)


def parts(
    sheets: Mapping[str, str],
    *,
    texts: Sequence[str] = (),
    hidden: Sequence[str] = (),
    is_from_1904: bool = False,
) -> dict[str, str]:
    """The parts of a workbook by their names. `texts` are what cells share, as XML."""
    state = dict.fromkeys(hidden, ' state="hidden"')
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="s{at}"{state.get(name, "")}/>'
        for at, name in enumerate(sheets, 1)
    )
    relations = "".join(
        f'<Relationship Id="s{at}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(sheets) + 1)
    )
    formats = "".join(
        f'<numFmt numFmtId="{164 + at}" formatCode={quoteattr(code)}/>'
        for at, code in enumerate(FORMATS)
    )
    styles = "".join(f'<xf numFmtId="{164 + at}"/>' for at in range(len(FORMATS)))
    own = ' date1904="1"' if is_from_1904 else ""
    return {
        "[Content_Types].xml": TYPES,
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}"><workbookPr{own}/>'
        f"<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'{relations}<Relationship Id="t" Type="{_OFFICE}/sharedStrings" '
        f'Target="/xl/sharedStrings.xml"/><Relationship Id="f" Type="{_OFFICE}/styles" '
        'Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts>'
        f'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs>{styles}</cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'{HEAD}<sst xmlns="{MAIN}">'
        + "".join(f"<si>{text}</si>" for text in texts)
        + "</sst>",
        **{f"xl/worksheets/sheet{at}.xml": xml for at, xml in enumerate(sheets.values(), 1)},
    }


def workbook(rows: Sequence[Sequence[object]], *, first: int = 1) -> bytes:
    """A workbook with one sheet."""
    return zipped(parts({"Houses": table(rows, first=first)}))
