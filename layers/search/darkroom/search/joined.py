"""Several indexes that are read as one: the parts of an owner's, each by its years."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter
from typing import Any

from darkroom.search.days import year_of
from darkroom.search.engine import Reader
from darkroom.search.queries import Queries, without
from tantivy import DocAddress, Query

Address = tuple[int, DocAddress]  # of a document: which of the parts it is in, and where there
_Cell = dict[str, Any]
FIRST_YEAR, LAST_YEAR = "0001", "9999"  # that there are


@dataclass(frozen=True)
class Piece:
    """A part that can be read: files of the years from `first` to `last`.

    What is `hidden`, by number, is newer in another, or gone. `open` unpacks it, and tells how many
    bytes it takes; `close` removes it.
    """

    open: Callable[[], tuple[Reader, int]]
    hidden: Collection[int] = ()
    first: str = FIRST_YEAR
    last: str = LAST_YEAR
    close: Callable[[], None] = lambda: None

    def has(self, first: str, last: str) -> bool:
        """Whether it may have files of some years, both included."""
        return self.first <= last and first <= self.last


class Joined:
    """Reads parts as a reader does an index. No two have the same document that is not hidden.

    A part is opened when it is first asked. When all that are open take more than `most_bytes`,
    those that were not asked for the longest are closed.
    """

    def __init__(self, pieces: Sequence[Piece], queries: Queries, *, most_bytes: int) -> None:
        self._pieces = pieces
        self._most_bytes = most_bytes
        self._open: OrderedDict[int, tuple[Reader, int]] = OrderedDict()
        self._hidden = [
            queries.numbered(piece.hidden) if piece.hidden else None for piece in pieces
        ]
        self._asked_for: Sequence[int] = range(len(pieces))

    def narrow(self, first: int | None, last: int | None) -> None:
        self._asked_for = [
            at
            for at, piece in enumerate(self._pieces)
            if piece.has(
                year_of(first) if first is not None else FIRST_YEAR,
                year_of(last) if last is not None else LAST_YEAR,
            )
        ]

    def count(self, query: Query) -> int:
        """As a reader does, of all parts; so do all methods."""
        return sum(reader.count(own) for _, reader, own in self._asked(query))

    def find(self, query: Query) -> list[tuple[float, Address]]:
        return [
            (rank, (at, address))
            for at, reader, own in self._asked(query)
            for rank, address in reader.find(own)
        ]

    def newest(self, query: Query, at_most: int) -> list[tuple[int, Address]]:
        found = [
            (moment, (at, address))
            for at, reader, own in self._asked(query)
            for moment, address in reader.newest(own, at_most)
        ]
        return nlargest(at_most, found, key=itemgetter(0))

    def values(self, name: str, addresses: Sequence[Address]) -> list[Any]:
        by_part: dict[int, list[DocAddress]] = defaultdict(list)
        for at, address in addresses:
            by_part[at].append(address)
        found = {at: iter(self._reader(at).values(name, wanted)) for at, wanted in by_part.items()}
        return [next(found[at]) for at, _ in addresses]

    def path(self, address: Address) -> str:
        return self._reader(address[0]).path(address[1])

    def frequent(
        self, query: Query, names: Sequence[str], at_most: int
    ) -> dict[str, list[tuple[str, int]]]:
        found = [reader.frequent(own, names, at_most) for _, reader, own in self._asked(query)]
        return {name: _added([each[name] for each in found], at_most) for name in names}

    def beginning(
        self, name: str, prefix: str, query: Query, at_most: int | None = None
    ) -> list[tuple[str, int]]:
        found = [reader.beginning(name, prefix, own) for _, reader, own in self._asked(query)]
        return _added(found, at_most)

    def grid(
        self, query: Query, rows: tuple[float, float], columns: tuple[float, float], *, newest: int
    ) -> list[_Cell]:
        cells: dict[Any, list[_Cell]] = defaultdict(list)
        for _, reader, own in self._asked(query):
            for cell in reader.grid(own, rows, columns, newest=newest):
                cells[cell["at"]].append(cell)
        return [_one_cell(parts, newest) for parts in cells.values()]

    def numbered_paths(self, query: Query) -> dict[int, str]:
        found: dict[int, str] = {}
        for _, reader, own in self._asked(query):
            found |= reader.numbered_paths(own)
        return found

    def _asked(self, query: Query) -> Iterator[tuple[int, Reader, Query]]:
        for at in self._asked_for:
            hidden = self._hidden[at]
            yield at, self._reader(at), query if hidden is None else without(query, hidden)

    def _reader(self, at: int) -> Reader:
        if at not in self._open:
            self._open[at] = self._pieces[at].open()
        self._open.move_to_end(at)
        while len(self._open) > 1 and sum(size for _, size in self._open.values()) > (
            self._most_bytes
        ):
            unused, _ = self._open.popitem(last=False)
            self._pieces[unused].close()
        return self._open[at][0]


def _added(
    found: Sequence[Sequence[tuple[str, int]]], at_most: int | None
) -> list[tuple[str, int]]:
    counts: Counter[str] = Counter()
    for each in found:
        counts.update(dict(each))
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:at_most]


_EDGES: dict[str, Callable[..., float]] = {"south": min, "north": max, "west": min, "east": max}


def _one_cell(parts: Sequence[_Cell], newest: int) -> _Cell:
    """One cell of what several parts have in it."""
    files = sum(part["files"] for part in parts)
    return {
        "at": parts[0]["at"],
        "files": files,
        **{name: of(part[name] for part in parts) for name, of in _EDGES.items()},
        **{
            name: sum(part[name] * part["files"] for part in parts) / files
            for name in ("latitude", "longitude")
        },
        "images": sorted((image for part in parts for image in part["images"]), reverse=True)[
            :newest
        ],
    }
