"""Facets: which values the files that match have, and how many of them each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from darkroom.search.engine import Reader
from darkroom.search.words import Asked, fold, words_of
from tantivy import Query

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


def facets_of(reader: Reader, query: Query, words: Sequence[Asked]) -> dict[str, Counts]:
    """The most frequent values of each facet, and the words that the last one may become."""
    found = reader.frequent(query, list(_FIELDS.values()), _COUNTED)
    counts = {name: found[field] for name, field in _FIELDS.items()}
    typed = _typed(reader, query, counts, words[-1]) if words and words[-1].begins else []
    return {name: _most_frequent(each) for name, each in (*counts.items(), ("words", typed))}


def _typed(reader: Reader, query: Query, counts: dict[str, Counts], last: Asked) -> Counts:
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
