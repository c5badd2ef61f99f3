"""Answers: what an owner's part of the index says to a request, the same as the other engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from darkroom.pipeline.uploads import path_of, upload_key
from darkroom.search.documents import number_of
from darkroom.search.facets import Counts, facets_of
from darkroom.search.groups import File, told
from darkroom.search.looks import LIKE_BITS, families, same, unsigned
from darkroom.search.opensearch import queries
from darkroom.search.opensearch.part import Part, total_of
from darkroom.search.opensearch.queries import Query, both
from darkroom.search.requests import FIGURES_OF_CELL, NEWEST_OF_CELL, Cursor, Request, Window

_NEWEST_FIRST: list[dict[str, str]] = [{"moment": "desc"}, {"path": "asc"}]


class Answers:
    """Answers requests about one owner's files. Each method raises what a `Client` does."""

    def __init__(self, part: Part, owner: str) -> None:
        self._part = part
        self._owner = owner

    def answer(self, request: Request) -> dict[str, Any]:
        """The answer, ready for JSON."""
        query, forgiving = self._matching(request)
        answer: dict[str, Any] = {}
        if request.duplicates:
            answer["total"], answer["groups"] = self._groups(query)
        elif request.like is not None:
            query, hits = self._like(path_of(self._owner, request.like), query)
            answer |= self._page_of(hits, request)
        else:
            answer |= self._page(query, request, forgiving=forgiving)
        if request.facets:
            answer["facets"] = facets_of(_Counting(self._part), query, request.words)
        if request.window is not None:
            answer["cells"] = self._cells(query, request.window)
        return answer

    def _matching(self, request: Request) -> tuple[Query, bool]:
        """The query of a request, and whether its words may have a wrong letter."""
        query = queries.of_request(request, forgiving=False)
        if request.words and not self._part.count(query):
            return queries.of_request(request, forgiving=True), True
        return query, False

    def _page(self, query: Query, request: Request, *, forgiving: bool) -> dict[str, Any]:
        """How many files match, and a page of them."""
        order, after = list(_NEWEST_FIRST), request.after
        place: list[Any] = [] if after is None else [after.moment, after.path]
        by_rank = request.by_relevance and bool(request.words)
        if by_rank:
            query = queries.of_request(request, forgiving=forgiving, ranked=True)
            order.insert(0, {"_score": "desc"})
            place = place and [-after.rank if after is not None else 0, *place]
        found = self._part.search(
            query,
            size=request.limit + 1,
            sort=order,
            **({"search_after": place} if place else {}),
        )
        hits = [
            (-round(hit["sort"][0]) if by_rank else 0, *hit["sort"][-2:])
            for hit in found["hits"]["hits"]
        ]
        return {"total": total_of(found), **self._told(hits, request.limit)}

    def _page_of(self, hits: Sequence[tuple[int, int, str]], request: Request) -> dict[str, Any]:
        """A page of hits that are all known, each with its rank, moment and path."""
        ordered = sorted((rank, -moment, path) for rank, moment, path in hits)
        if request.after is not None:
            last = request.after.rank, -request.after.moment, request.after.path
            ordered = [hit for hit in ordered if hit > last]
        page = [(rank, -age, path) for rank, age, path in ordered[: request.limit + 1]]
        return {"total": len(hits), **self._told(page, request.limit)}

    def _told(self, hits: Sequence[tuple[int, int, str]], limit: int) -> dict[str, Any]:
        page = hits[:limit]
        answer: dict[str, Any] = {"hits": [self._key(path) for _, _, path in page]}
        if len(hits) > limit:
            answer["next"] = Cursor(*page[-1]).written()
        return answer

    def _like(self, path: str, query: Query) -> tuple[Query, list[tuple[int, int, str]]]:
        """What a query finds that looks like the picture of a path, which itself is left out.

        The hits are told by how many bits they differ in, their moment and their path.
        """
        [*of] = self._part.every(both(queries.at(path), queries.compared()), ["fingerprint"])
        if not of:
            return queries.numbered([]), []
        [own] = unsigned(each["fingerprint"] for each in of)
        near = self._part.every(
            both(query, queries.perhaps_like(own)), ["fingerprint", "moment", "path"]
        )
        hits: list[tuple[int, int, str]] = []
        for each in near:
            [fingerprint] = unsigned([each["fingerprint"]])
            bits = (own ^ fingerprint).bit_count()
            if bits <= LIKE_BITS and each["path"] != path:
                hits.append((bits, each["moment"], each["path"]))
        return both(query, queries.numbered([number_of(found) for _, _, found in hits])), hits

    def _groups(self, query: Query) -> tuple[int, list[list[File]]]:
        """How many groups of what matches look the same, and the largest of them."""
        names = ("fingerprint", "moment", "bytes", "width", "height", "path")
        found = sorted(
            self._part.every(both(query, queries.compared()), names),
            key=lambda each: (each["moment"], each["path"]),
        )
        fingerprints = unsigned(each["fingerprint"] for each in found)
        groups = same(fingerprints, families(fingerprints))
        moments = [each["moment"] for each in found]

        def files_of(places: list[int]) -> list[File]:
            return [
                {"image": self._key(found[place]["path"])}
                | {name: found[place][name] for name in ("bytes", "width", "height")}
                for place in places
            ]

        return len(groups), told(groups, moments, files_of)

    def _cells(self, query: Query, window: Window) -> list[dict[str, Any]]:
        """The cells of a window in which files that match were taken, in no order."""
        height, width = window.cell_degrees
        of_cell: dict[str, Any] = {
            name: {kind: {"field": field}} for name, (kind, field) in FIGURES_OF_CELL.items()
        }
        of_cell["images"] = {
            "top_hits": {"size": NEWEST_OF_CELL, "sort": _NEWEST_FIRST, "_source": False}
        }
        cells: list[dict[str, Any]] = []
        for west, east, start in window.longitudes:
            column = {**_lines("longitude", start, width), "aggs": of_cell}
            rows = {**_lines("latitude", window.south, height), "aggs": {"column": column}}
            within = both(query, queries.inside(window.south, window.north, west, east))
            found = self._part.search(within, aggs={"row": rows})
            cells += (
                {
                    "files": cell["doc_count"],
                    **{name: cell[name]["value"] for name in FIGURES_OF_CELL},
                    "images": [
                        self._key(hit["sort"][-1]) for hit in cell["images"]["hits"]["hits"]
                    ],
                }
                for row in found["aggregations"]["row"]["buckets"]
                for cell in row["column"]["buckets"]
            )
        return cells

    def _key(self, path: str) -> str:
        return upload_key(self._owner, path)


class _Counting:
    """Counts the values of what matches."""

    def __init__(self, part: Part) -> None:
        self._part = part

    def frequent(self, query: Query, names: Sequence[str], at_most: int) -> dict[str, Counts]:
        wanted = {name: {"terms": {"field": name, "size": at_most}} for name in names}
        found = self._part.search(query, aggs=wanted)["aggregations"]
        return {name: _counts(found[name]) for name in names}

    def beginning(self, name: str, prefix: str, query: Query, at_most: int) -> Counts:
        """A prefix is a word: no character of it means anything in a pattern."""
        terms = {
            "field": name,
            "size": at_most,
            "include": f"{prefix}.*",
            # Looks at the words of what matches. By the numbers of all words there are, which is
            # usual, OpenSearch 2.19 fails where the prefix is behind the last of them.
            "execution_hint": "map",
        }
        found = self._part.search(query, aggs={"words": {"terms": terms}})
        return _counts(found["aggregations"]["words"])


def _counts(aggregation: dict[str, Any]) -> Counts:
    return [(bucket["key"], bucket["doc_count"]) for bucket in aggregation["buckets"]]


def _lines(field: str, start: float, size: float) -> dict[str, Any]:
    """Rows or columns of a grid, without those that are empty."""
    return {"histogram": {"field": field, "interval": size, "offset": start, "min_doc_count": 1}}
