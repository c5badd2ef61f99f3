"""Facets: which values the files that match have, and how many of them each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar

from darkroom.search.words import Asked, fold, words_of

_MOST = 10
_COUNTED = 1_000  # so that of values as frequent as each other the same ones are told
_FIELDS = {
    "kinds": "kind",
    "cameras": "camera",
    "lenses": "lens",
    "places": "place",
    "colours": "colour",
    "years": "year",
}
_NAMED = ("cameras", "lenses", "places")  # those whose values one may be typing
Counts = list[tuple[str, int]]
Query = TypeVar("Query", contravariant=True)


class Counting(Protocol[Query]):
    """What counts the values of the files that match a query, in the terms of its engine."""

    def frequent(self, query: Query, names: Sequence[str], at_most: int) -> dict[str, Counts]:
        """The most frequent values, by field, and how many files have each."""

    def beginning(self, name: str, prefix: str, query: Query, at_most: int) -> Counts:
        """The most frequent values of a field that begin so, and how many files have each."""


def facets_of(reader: Counting[Query], query: Query, words: Sequence[Asked]) -> dict[str, Counts]:
    """The most frequent values of each facet, and the words that the last one may become."""
    found = reader.frequent(query, list(_FIELDS.values()), _COUNTED)
    counts = {name: found[field] for name, field in _FIELDS.items()}
    typed = _typed(reader, query, counts, words[-1]) if words and words[-1].begins else []
    return {name: _most_frequent(each) for name, each in (*counts.items(), ("words", typed))}


def _typed(reader: Counting[Query], query: Query, counts: dict[str, Counts], last: Asked) -> Counts:
    """The words of names that begin as the last one does, and the values with such a word."""
    words = [] if last.unspaced else reader.beginning("names", last.word, query, _MOST)
    named = [each for name in _NAMED for each in counts[name] if _has_word(each[0], last.word)]
    return words + named


def _has_word(value: str, beginning: str) -> bool:
    return any(word.startswith(beginning) for word in (fold(value), *words_of(value)))


def _most_frequent(counts: Iterable[tuple[str, int]]) -> Counts:
    known: dict[str, int] = {}
    for value, count in counts:
        known[value] = max(count, known.get(value, 0))
    return sorted(known.items(), key=lambda each: (-each[1], each[0]))[:_MOST]
