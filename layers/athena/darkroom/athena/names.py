"""What databases, tables and columns are called in Glue. Nothing here does anything.

Athena takes lower-case letters, digits and underscores in a name
(https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html). An identity such
as `eu-central-1:0a1b…` has other characters, so it is no name itself.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator

_IDENTITY = re.compile(r"[a-z0-9-]{1,30}:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DIGITS = 10  # of a digest: two files of one owner never meet by accident
_LONGEST = 40  # characters of what a file or a column is called
_ENDINGS = (".gz", ".csv", ".tsv", ".tab", ".jsonl", ".ndjson", ".xlsx", ".xlsm")


def database_of(prefix: str, owner: str) -> str:
    """The database of an owner, which no other owner has.

    An identity of a pool keeps all its letters and digits, and its marks are always in the same
    places. Anything else has its digest, which has no underscore.
    """
    if _IDENTITY.fullmatch(owner):
        return f"{prefix}_{re.sub('[^a-z0-9]', '_', owner)}"
    return f"{prefix}_{hashlib.sha256(owner.encode()).hexdigest()}"


def table_of(key: str) -> str:
    """The table of a file: what the file is called, and a digest of its whole key."""
    name = key.rpartition("/")[2]
    for ending in _ENDINGS:
        if name.lower().endswith(ending):
            name = name[: -len(ending)]
    digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
    return f"{_plain(name) or 'table'}_{digest}"


def columns_of(names: Iterable[str]) -> Iterator[str]:
    """The columns of a table by the names that its file has for them: each of them once."""
    taken: set[str] = set()
    for number, name in enumerate(names, 1):
        plain = _plain(name) or f"column_{number}"
        unique, times = plain, 1
        while unique in taken:
            times += 1
            unique = f"{plain}_{times}"
        taken.add(unique)
        yield unique


def _plain(name: str) -> str:
    """A name in Athena's characters; empty where none of it is left."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    without_accents = "".join(each for each in letters if not unicodedata.combining(each))
    plain = re.sub("[^a-z0-9]+", "_", without_accents).strip("_")[:_LONGEST].strip("_")
    return f"c_{plain}" if plain[:1].isdigit() else plain
