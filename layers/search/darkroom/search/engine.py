"""The engine, tantivy: what it reads of an index, and how it fails.

What it raises on files that it did not write so is turned into one error of our own. It may panic
on them, too: that reaches Python as an exception which is no `Exception`.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import tantivy
from darkroom.errors import DarkroomError, TransientError
from darkroom.search.requests import FIGURES_OF_CELL
from tantivy import DocAddress, Query

_OF_PANICS = "pyo3_runtime"
# Errors that say nothing of an index: a full disk, too many open files. The engine tells the number
# of an error in its text alone.
_OF_THE_MACHINE = {
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM,
}  # fmt: skip
_NUMBER = re.compile(r"os error (\d+)", re.ASCII)
# The thread that writes new documents could not: it reads no file of the index.
_WRITER_DIED = "index writer was killed"


class IndexUnreadable(DarkroomError):
    """What lies there is no index, is damaged, or is not of this owner: it is made anew."""


@contextmanager
def engine_errors() -> Iterator[None]:
    """Turn what the engine raises into errors of our own. Only calls of the engine belong in it.

    Raises:
        IndexUnreadable: it cannot read its files.
        TransientError: the machine has no room for them, or does not let them be read.
    """
    try:
        yield
    except (OSError, ValueError) as error:
        if _is_of_the_machine(str(error)):
            raise TransientError(f"The index cannot be kept on disk: {error}") from error
        raise IndexUnreadable(f"The index cannot be read: {error}") from error
    except BaseException as error:
        if type(error).__module__ != _OF_PANICS:
            raise
        raise IndexUnreadable(f"The index cannot be read: {error}") from error


class Reader:
    """Reads an index as it was when it was opened. Each method may raise IndexUnreadable."""

    def __init__(self, index: tantivy.Index) -> None:
        with engine_errors():
            index.reload()
            self._searcher = index.searcher()
            self._documents = self._searcher.num_docs

    def narrow(self, first: int | None, last: int | None) -> None:
        """Know that what is asked next is about files of these moments alone, both included."""

    def count(self, query: Query) -> int:
        """How many documents match."""
        with engine_errors():
            found: int = self._searcher.search(query, 1).count  # type: ignore[attr-defined]
        return found  # which the engine's stub leaves out

    def find(self, query: Query) -> list[tuple[float, DocAddress]]:
        """All documents that match, each with its rank, in no order to be relied on."""
        with engine_errors():
            hits = self._searcher.search(query, max(1, self._documents), count=False).hits
        return cast(list[tuple[float, DocAddress]], hits)

    def newest(self, query: Query, at_most: int) -> list[tuple[int, DocAddress]]:
        """The newest documents that match, with their moments; those of one in no order."""
        with engine_errors():
            found = self._searcher.search(query, at_most, count=False, order_by_field="moment")
        return cast(list[tuple[int, DocAddress]], found.hits)

    def values(self, name: str, addresses: Sequence[DocAddress]) -> list[Any]:
        """A number of each document; None of one that has none."""
        with engine_errors():
            return self._searcher.fast_field_values(name, list(addresses)) if addresses else []

    def path(self, address: DocAddress) -> str:
        """The path of a document."""
        with engine_errors():
            path: str = self._searcher.doc(address)["path"][0]
        return path

    def frequent(
        self, query: Query, names: Sequence[str], at_most: int
    ) -> dict[str, list[tuple[str, int]]]:
        """The most frequent values of what matches, by field, and how many documents have each."""
        wanted = {name: {"terms": {"field": name, "size": at_most}} for name in names}
        with engine_errors():
            found = self._searcher.aggregate(query, wanted)
        return {
            name: [(bucket["key"], bucket["doc_count"]) for bucket in found[name]["buckets"]]
            for name in names
        }

    def grid(
        self, query: Query, rows: tuple[float, float], columns: tuple[float, float], *, newest: int
    ) -> list[dict[str, Any]]:
        """What matches by cells of a grid, whose rows and columns have a start and a size.

        Of each cell that holds something: how many documents, the edges and the mean of their
        places, where in the grid it is (`at`), and the moments and numbers of the `newest`.
        """
        of_cell: dict[str, Any] = {
            name: {kind: {"field": field}} for name, (kind, field) in FIGURES_OF_CELL.items()
        }
        of_cell["images"] = {
            "top_hits": {
                "size": newest,
                "sort": [{"moment": "desc"}],
                "docvalue_fields": ["moment", "number"],
            }
        }
        by_column = {"column": {**_lines("longitude", *columns), "aggs": of_cell}}
        wanted = {"row": {**_lines("latitude", *rows), "aggs": by_column}}
        with engine_errors():
            found = self._searcher.aggregate(query, wanted)
        return [
            {
                "at": (row["key"], cell["key"]),
                "files": cell["doc_count"],
                **{name: cell[name]["value"] for name in FIGURES_OF_CELL},
                "images": [
                    (hit["docvalue_fields"]["moment"][0], hit["docvalue_fields"]["number"][0])
                    for hit in cell["images"]["hits"]
                ],
            }
            for row in found["row"]["buckets"]
            for cell in row["column"]["buckets"]
        ]

    def numbered_paths(self, query: Query) -> dict[int, str]:
        """The paths of what matches, by the numbers that stand for them."""
        addresses = [address for _, address in self.find(query)]
        numbers = self.values("number", addresses)
        return dict(zip(numbers, map(self.path, addresses), strict=True))

    def beginning(
        self, name: str, prefix: str, query: Query, at_most: int | None = None
    ) -> list[tuple[str, int]]:
        """The most frequent words of what matches that begin so, and in how many files each is."""
        with engine_errors():
            return self._searcher.terms_with_prefix(name, prefix, query, at_most)


def _lines(field: str, start: float, size: float) -> dict[str, Any]:
    """Rows or columns of a grid, without those that are empty."""
    return {"histogram": {"field": field, "interval": size, "offset": start, "min_doc_count": 1}}


def _is_of_the_machine(told: str) -> bool:
    found = _NUMBER.search(told)
    return _WRITER_DIED in told or (found is not None and int(found[1]) in _OF_THE_MACHINE)
