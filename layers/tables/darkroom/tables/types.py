"""The types of columns: told by strict patterns from the first rows, verified on all of them.

A cast alone is no proof: DuckDB makes 49 of 48.7 and a day of a moment. So a value is cast only if
all of it matches its type's pattern, here and in DuckDB the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = "[ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?"


@dataclass(frozen=True)
class ColumnType:
    """A type that a column may have: its name, what all of a value looks like, how it is made.

    `{}` in `value` stands for the column.
    """

    name: str
    pattern: str
    value: str
    note: str = ""

    @property
    def reason(self) -> str:
        """The reason of a value that is not of this type."""
        return f"not-{self.name}"

    def fits(self, values: Sequence[str]) -> bool:
        """Whether a column with these values may be of this type, by their looks."""
        looks_so, fitting = re.compile(self.pattern).fullmatch, len(values)
        for value in values:
            if looks_so(value) is None:
                fitting -= 1
                if not is_of_type(len(values), fitting):
                    return False
        return bool(values)

    def cast(self, column: str) -> str:
        """The expression that gives a column's values in this type, and NULL for all others."""
        if self is TEXT:
            return column
        value = self.value.replace("{}", column)
        return f"case when regexp_full_match({column}, '{self.pattern}') then {value} end"


TEXT = ColumnType("text", "", "")
BOOLEAN = ColumnType("boolean", "(?i:true|false)", "lower({}) = 'true'")
INTEGER = ColumnType("integer", "0|-?[1-9][0-9]{0,17}", "try_cast({} as bigint)")
MOMENT = ColumnType("datetime", _DAY + _TIME, "try_cast({} as timestamp)")
# In the order in which they are tried: a value of an earlier one may look like one of a later.
TYPES = (
    BOOLEAN,
    INTEGER,
    ColumnType(
        "decimal",
        "-?(0|[1-9][0-9]{0,14})([.][0-9]{1,15})?([eE][+-]?[0-9]{1,2})?",
        "try_cast({} as double)",
    ),
    ColumnType(
        "decimal",
        "-?(0|[1-9][0-9]{0,2}([.][0-9]{3}){1,4}|[1-9][0-9]{0,14})(,[0-9]{1,15})?",
        "try_cast(replace(replace({}, '.', ''), ',', '.') as double)",
        note="decimal comma",
    ),
    ColumnType("date", _DAY, "try_cast({} as date)"),
    *(
        ColumnType(
            "date",
            f"[0-9]{{2}}{separator}[0-9]{{2}}{separator}[0-9]{{4}}",
            f"try_strptime({{}}, '{format_}')::date",
            note,
        )
        for separator, format_, note in (
            ("[.]", "%d.%m.%Y", "day.month.year"),
            ("/", "%d/%m/%Y", "day/month/year"),
            ("/", "%m/%d/%Y", "month/day/year"),
        )
    ),
    MOMENT,
    ColumnType(
        "datetime",
        f"{_DAY}{_TIME}(Z|[+-][0-9]{{2}}:?[0-9]{{2}})",
        "try_cast({} as timestamptz)::timestamp",
        note="in UTC",
    ),
)
DATES = tuple(kind for kind in TYPES if kind.name in ("date", "datetime"))
# Of files that say themselves what is a number or a date.
FLOAT = ColumnType(
    "decimal",
    "-?(0|[1-9][0-9]{0,14})([.][0-9]{1,30})?([eE][+-]?[0-9]{1,3})?",
    "case when isfinite(try_cast({} as double)) then try_cast({} as double) end",
)
MIDNIGHT = ColumnType("date", _DAY + " 00:00:00", "try_cast({} as date)")
_ENOUGH = 0.99  # of the values of a column have to be of its type


def candidates(values: Sequence[str], types: Sequence[ColumnType] = TYPES) -> list[ColumnType]:
    """The types that a column with these first values may have, the most special first."""
    fitting = [kind for kind in types if kind.fits(values)]
    return [*(kind for kind in fitting if _is_certain(kind, values)), TEXT]


def is_of_type(values: int, cast: int) -> bool:
    """Whether a column has a type of which `cast` of its values are."""
    return cast >= _ENOUGH * values


def _is_certain(kind: ColumnType, values: Sequence[str]) -> bool:
    """Whether nothing else is as likely: 03/04/2026 may be in April or in March."""
    if kind.note == "day/month/year":
        return max(_numbers(values, 0)) > 12
    if kind.note == "month/day/year":
        return max(_numbers(values, 3)) > 12
    if kind.note == "decimal comma":
        return any("," in value for value in values)
    return True


def _numbers(values: Sequence[str], at: int) -> list[int]:
    return [int(part) for value in values if (part := value[at : at + 2]).isdecimal()]
