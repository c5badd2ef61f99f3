"""Queries: a request in the engine's terms, made of objects. No text of a client's is ever parsed.

Words are asked for as they are written; only if nothing has them, with a letter that is wrong,
missing, too many or in its neighbour's place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import tantivy
from darkroom.search.geography import box_around
from darkroom.search.requests import Request
from darkroom.search.words import ANYWHERE, IN_NAME, NAME_BEGINS, WHOLE, Asked
from tantivy import FieldType, Occur, Query


class Queries:
    """Makes queries for one schema."""

    def __init__(self, schema: tantivy.Schema) -> None:
        self._schema = schema

    def of_request(self, request: Request, *, forgiving: bool, ranked: bool = False) -> Query:
        """What a request asks for, but for the looks of files and where exactly `near` ends.

        Only with `ranked` files have ranks, which takes several times as long.
        """
        word = self._ranked_word if ranked else self._word
        parts = [word(each, edits=each.edits(forgiving=forgiving)) for each in request.words]
        parts += (self._any_of(name, values) for name, values in request.values.items())
        if request.first is not None or request.last is not None:
            parts.append(self.taken(request.first, request.last))
        if request.near is not None:
            parts.append(self._box(request))
        if request.among is not None:
            parts.append(self.numbered(request.among))
        wanted = both(*parts)
        return without(wanted, self.numbered(request.without)) if request.without else wanted

    def taken(self, first: int | None, last: int | None) -> Query:
        """Files that were taken between two moments, both included."""
        return Query.range_query(self._schema, "moment", FieldType.Integer, first, last)

    def numbered(self, numbers: Iterable[int]) -> Query:
        """The files with these numbers."""
        found = Query.term_set_query(self._schema, "number", list(numbers))
        return Query.const_score_query(found, 0.0)

    def at(self, path: str) -> Query:
        """The file of a path."""
        return Query.term_query(self._schema, "path", path)

    def _any_of(self, name: str, values: Sequence[str]) -> Query:
        return Query.const_score_query(Query.term_set_query(self._schema, name, list(values)), 0.0)

    def _word(self, asked: Asked, *, edits: int) -> Query:
        if asked.begins or edits:
            return self._about("words", asked, edits=edits)
        return self._term("words", asked.word)

    def _ranked_word(self, asked: Asked, *, edits: int) -> Query:
        """What `_word` finds, with ranks: a file's names are among its words."""
        either = [
            (self._word(asked, edits=edits), ANYWHERE),
            (self._term("words", asked.word), WHOLE),
            (self._term("names", asked.word), IN_NAME),
        ]
        if asked.begins:
            either.append((self._about("names", asked, edits=0), NAME_BEGINS))
        return Query.boolean_query(
            [(Occur.Should, Query.const_score_query(query, score)) for query, score in either]
        )

    def _term(self, name: str, word: str) -> Query:
        return Query.term_query(self._schema, name, word, "basic")

    def _about(self, name: str, asked: Asked, *, edits: int) -> Query:
        """Files with a word that begins so, or is so, up to a number of edits."""
        return Query.fuzzy_term_query(
            self._schema, name, asked.word, distance=edits, prefix=asked.begins
        )

    def _box(self, request: Request) -> Query:
        """Files within the box around `near`, of which a corner is farther than its kilometres."""
        assert request.near is not None  # noqa: S101  # asked before
        box = box_around(request.near)
        return self.inside(box.south, box.north, box.longitudes)

    def inside(
        self, south: float, north: float, longitudes: Iterable[tuple[float, float]]
    ) -> Query:
        """Files between two latitudes, and within one of some ranges of longitudes."""
        within = [self._between("longitude", west, east) for west, east in longitudes]
        return both(self._between("latitude", south, north), any_of(within))

    def _between(self, name: str, low: float, high: float) -> Query:
        found = Query.range_query(self._schema, name, FieldType.Float, low, high)
        return Query.const_score_query(found, 0.0)


def both(*queries: Query) -> Query:
    """What all of the queries find; everything if there are none."""
    if not queries:
        return Query.const_score_query(Query.all_query(), 0.0)
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def any_of(queries: Iterable[Query]) -> Query:
    """What one of the queries finds."""
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def without(query: Query, unwanted: Query) -> Query:
    """What a query finds and the other does not."""
    return Query.boolean_query([(Occur.Must, query), (Occur.MustNot, unwanted)])
