"""What a reader of one format made of a file: the rest of the way is the same for all formats."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from darkroom.kinds import TableFormat
from darkroom.tables.columns import Columns
from darkroom.tables.database import Records
from darkroom.tables.natures import Told
from darkroom.tables.rejects import Rejects


@dataclass(frozen=True)
class Writing:
    """How a file is written. What a format has not is None, or empty.

    `lines` are those of a text, or the rows of a sheet up to the last that holds anything.
    """

    format: TableFormat
    lines: int
    blank_lines: int
    has_header: bool
    title_lines: int = 0
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    other_sheets: Sequence[str] = ()

    def to_dict(self) -> dict[str, Any]:
        """What the profile says of it."""
        of_some = {
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "sheet": self.sheet,
            "other_sheets": [*self.other_sheets] if self.sheet is not None else None,
        }
        return {
            "format": self.format.value,
            **{name: value for name, value in of_some.items() if value is not None},
            "title_lines": self.title_lines,
            "has_header": self.has_header,
            "lines": self.lines,
            "blank_lines": self.blank_lines,
        }


@dataclass(frozen=True)
class Reading:
    """The sound rows of a file, passed on for DuckDB to read, and what became of the others.

    `line_of` gives the line of the file that a row is at. `check` raises LinesLost unless all of
    the file is in what DuckDB has read, or told. `told` is what the file itself says of the types
    of its columns, if it does.
    """

    writing: Writing
    records: Records
    names: list[str]
    told: Sequence[Told] | None
    rejects: Rejects
    rejected_rows: int
    line_of: Callable[[int], int]
    check: Callable[[Columns], None]
