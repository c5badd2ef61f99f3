"""Pages: hits in an order that is the same whenever it is asked for, a page at a time.

A hit's place is its rank, then its moment from the newest on, then its path. No two have the same,
and none of it changes when other files come and go: an answer goes on right behind the last one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from itertools import groupby
from operator import itemgetter

from darkroom.search.engine import Reader
from darkroom.search.queries import Queries, both
from darkroom.search.requests import Cursor, Request
from tantivy import DocAddress, Query

_Place = tuple[int, int]  # a rank, the best first, and a moment, negative
_Hits = Iterable[tuple[_Place, DocAddress]]


@dataclass(frozen=True)
class Found:
    """What matches a request, and how much.

    The hits are ordered by their ranks in `ranked`, or by their `distances`, which are by number;
    without both they all have the same rank.
    """

    query: Query
    total: int
    ranked: Query | None = None
    distances: Mapping[int, int] | None = None


class Pages:
    """Reads pages of hits."""

    def __init__(self, reader: Reader, queries: Queries) -> None:
        self._reader = reader
        self._queries = queries

    def page(self, request: Request, found: Found) -> tuple[list[str], Cursor | None]:
        """The paths of a page of hits, and the place of the last one if there are more."""
        after, limit = request.after, request.limit
        if found.ranked is None and found.distances is None:
            hits = self._newest(found.query, limit, after)
        else:
            hits = self._by_rank(self._ranks(found), limit, after)
        taken: list[tuple[_Place, str]] = []
        for place, group in groupby(hits, key=lambda hit: hit[0]):
            paths = sorted(self._reader.path(address) for _, address in group)
            if after is not None and place == _place(after):
                paths = [path for path in paths if path > after.path]
            taken += ((place, path) for path in paths)
            if len(taken) > limit:
                break
        page = [path for _, path in taken[:limit]]
        if len(taken) <= limit:
            return page, None
        rank, age = taken[limit - 1][0]
        return page, Cursor(rank, -age, page[-1])

    def _newest(self, query: Query, limit: int, after: Cursor | None) -> _Hits:
        """The hits from the newest on; of a moment all of them, for their paths are not known."""
        last = after.moment if after is not None else None
        while True:
            rest = query if last is None else both(query, self._queries.taken(None, last))
            found = self._reader.newest(rest, limit + 1)
            if len(found) <= limit:
                yield from (((0, -moment), address) for moment, address in found)
                return
            last = found[-1][0]
            yield from (((0, -moment), address) for moment, address in found if moment > last)
            of_the_last = both(query, self._queries.taken(last, last))
            yield from (((0, -last), address) for _, address in self._reader.find(of_the_last))
            last -= 1

    def _ranks(self, found: Found) -> list[tuple[int, DocAddress]]:
        """The hits with their ranks, the best first."""
        if found.ranked is not None:
            ranked = [
                (-round(score), address) for score, address in self._reader.find(found.ranked)
            ]
        else:
            distances = found.distances or {}
            addresses = [address for _, address in self._reader.find(found.query)]
            numbers = self._reader.values("number", addresses)
            ranked = list(zip(map(distances.__getitem__, numbers), addresses, strict=True))
        return sorted(ranked, key=itemgetter(0))

    def _by_rank(
        self, ranked: list[tuple[int, DocAddress]], limit: int, after: Cursor | None
    ) -> _Hits:
        """The hits from the best rank on, and of one rank from the newest on."""
        for rank, group in groupby(ranked, key=itemgetter(0)):
            if after is not None and rank < after.rank:
                continue
            addresses = [address for _, address in group]
            ages = [-moment for moment in self._reader.values("moment", addresses)]
            first = -after.moment if after is not None and rank == after.rank else min(ages)
            # Those that may be on the page are put in order, and the rest only if they are, too.
            last = max(nsmallest(limit + 1, (age for age in ages if age >= first)), default=first)
            for low, high in ((first, last), (last + 1, max(ages))):
                chosen = [at for at, age in enumerate(ages) if low <= age <= high]
                chosen.sort(key=ages.__getitem__)
                yield from (((rank, ages[at]), addresses[at]) for at in chosen)


def _place(cursor: Cursor) -> _Place:
    return cursor.rank, -cursor.moment
