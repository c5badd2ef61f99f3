"""Answers: what an index says to a request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from darkroom.pipeline.uploads import path_of, upload_key
from darkroom.search.alike import Pictures
from darkroom.search.cells import cells_of
from darkroom.search.engine import Reader
from darkroom.search.facets import facets_of
from darkroom.search.geography import kilometres_between
from darkroom.search.index import Index, State
from darkroom.search.looks import Family
from darkroom.search.pages import Found, Pages
from darkroom.search.queries import Queries, both, without
from darkroom.search.requests import Near, Request
from tantivy import Query


class Answers:
    """Answers requests about one owner's files, from an index as it was opened, or from parts."""

    def __init__(
        self,
        state: State,
        reader: Reader,
        queries: Queries,
        families: Callable[[], list[Family] | None],
    ) -> None:
        self._owner = state.owner
        self._is_building = state.is_building
        self._reader = reader
        self._queries = queries
        self._pages = Pages(self._reader, self._queries)
        self._pictures = Pictures(families, self._reader, self._queries)

    @staticmethod
    def of(index: Index) -> Answers:
        """Answers from one index."""
        return Answers(index.state, index.reader(), Queries(index.schema), index.families)

    def answer(self, request: Request) -> dict[str, Any]:
        """The answer, ready for JSON.

        Raises:
            IndexUnreadable: a file of the index is damaged.
        """
        if request.like is None:  # whose own moment may be another
            self._reader.narrow(request.first, request.last)
        else:
            self._reader.narrow(None, None)
        found = self._found(request)
        answer: dict[str, Any] = {}
        if request.duplicates:
            count, groups = self._pictures.same(found.query)
            answer |= {"total": count, "groups": groups}
            for file in (file for group in groups for file in group):
                file["image"] = self._key(file["image"])
        else:
            answer["total"] = found.total
            paths, following = self._pages.page(request, found)
            answer["hits"] = [self._key(path) for path in paths]
            if following is not None:
                answer["next"] = following.written()
        if request.facets:
            answer["facets"] = facets_of(self._reader, found.query, request.words)
        if request.window is not None:
            answer["cells"] = cells_of(
                self._reader, self._queries, found.query, request.window, self._key
            )
        if self._is_building:
            answer["building"] = True
        return answer

    def _found(self, request: Request) -> Found:
        """What matches a request."""
        query = self._matching(request, forgiving=False)
        total, forgiving = self._reader.count(query), False
        if request.words and not total:
            query = self._matching(request, forgiving=True)
            total, forgiving = self._reader.count(query), True
        if request.like is not None:
            distances = self._pictures.like(path_of(self._owner, request.like))
            query = both(query, self._queries.numbered(distances))
            return Found(query, self._reader.count(query), distances=distances)
        if request.by_relevance and request.words:
            ranked = self._matching(request, forgiving=forgiving, ranked=True)
            return Found(query, total, ranked=ranked)
        return Found(query, total)

    def _matching(self, request: Request, *, forgiving: bool, ranked: bool = False) -> Query:
        query = self._queries.of_request(request, forgiving=forgiving, ranked=ranked)
        return self._within(request.near, query)

    def _within(self, near: Near | None, query: Query) -> Query:
        """The query without what is in the box around `near`, and not within its kilometres."""
        if near is None:
            return query
        found = [address for _, address in self._reader.find(query)]
        names = ("number", "latitude", "longitude")
        places = zip(*(self._reader.values(name, found) for name in names), strict=True)
        outside = [
            number
            for number, latitude, longitude in places
            if kilometres_between(near.latitude, near.longitude, latitude, longitude)
            > near.kilometres
        ]
        return without(query, self._queries.numbered(outside)) if outside else query

    def _key(self, path: str) -> str:
        return upload_key(self._owner, path)
