"""Queries: a request in OpenSearch's terms, made of objects. No text of a client's is ever parsed.

They find what those of the other engine find, word by word, and rank it alike.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from darkroom.search.geography import box_around
from darkroom.search.opensearch.mapping import digits_of
from darkroom.search.requests import Near, Request
from darkroom.search.words import ANYWHERE, IN_NAME, NAME_BEGINS, WHOLE, Asked

Query = dict[str, Any]
EVERYTHING: Query = {"match_all": {}}
_UNRANKED: Query = {"match_all": {"boost": 0}}
_MOST_TERMS = 50_000  # of a query; an index takes 65,536 (index.max_terms_count)
_SAME_DIGITS = 6  # of 16, whatever 10 bits are that differ


def of_request(request: Request, *, forgiving: bool, ranked: bool = False) -> Query:
    """What a request asks for, but for the looks of files. Only with `ranked` files have ranks."""
    word = _ranked_word if ranked else _word
    parts = [word(each, edits=each.edits(forgiving=forgiving)) for each in request.words]
    filters: list[Query] = [
        {"terms": {name: list(values)}} for name, values in request.values.items()
    ]
    if request.first is not None or request.last is not None:
        between = {"gte": request.first, "lte": request.last}
        limits = {name: moment for name, moment in between.items() if moment is not None}
        filters.append({"range": {"moment": limits}})
    if request.near is not None:
        filters.append(_circle(request.near))
    if request.among is not None:
        filters.append(numbered(request.among))
    unwanted = [numbered(request.without)] if request.without else []
    return {"bool": {"must": [_UNRANKED, *parts], "filter": filters, "must_not": unwanted}}


def both(*queries: Query) -> Query:
    """What all of the queries find."""
    return {"bool": {"filter": list(queries)}}


def numbered(numbers: Collection[int]) -> Query:
    """The files with these numbers."""
    listed = list(numbers)
    pieces = (listed[at : at + _MOST_TERMS] for at in range(0, len(listed), _MOST_TERMS))
    return _any_of({"terms": {"number": piece}} for piece in pieces)


def at(path: str) -> Query:
    """The file of a path."""
    return {"term": {"path": path}}


def behind(path: str) -> Query:
    """The files behind a path, in the order of paths."""
    return {"range": {"path": {"gt": path}}}


def compared() -> Query:
    """The pictures that can be compared with others."""
    return {"exists": {"field": "fingerprint"}}


def perhaps_like(fingerprint: int) -> Query:
    """The pictures whose fingerprints differ from one in at most 10 bits, and some others."""
    digits = ({"term": {"digits": digit}} for digit in digits_of(fingerprint))
    return _any_of(digits, least=_SAME_DIGITS)


def inside(south: float, north: float, west: float, east: float) -> Query:
    """The files between two latitudes and two longitudes, in degrees, the edges included."""
    return both(
        {"range": {"latitude": {"gte": south, "lte": north}}},
        {"range": {"longitude": {"gte": west, "lte": east}}},
    )


def _circle(near: Near) -> Query:
    """The files within the kilometres of a place.

    OpenSearch takes the Earth for a sphere of the same radius as `geography` does.
    """
    box = box_around(near)
    boxes = (inside(box.south, box.north, west, east) for west, east in box.longitudes)
    centre = {"lat": near.latitude, "lon": near.longitude}
    distance = {"distance": f"{near.kilometres}km", "spot": centre}
    return both(_any_of(boxes), {"geo_distance": distance})


def _any_of(queries: Iterable[Query], *, least: int = 1) -> Query:
    """What at least so many of the queries find; nothing if there are none."""
    either = list(queries)
    if not either:
        return {"match_none": {}}
    return {"bool": {"should": either, "minimum_should_match": least}}


def _word(asked: Asked, *, edits: int) -> Query:
    return _scored(_about("words", asked, edits=edits), 0)


def _ranked_word(asked: Asked, *, edits: int) -> Query:
    """What `_word` finds, with ranks: a file's names are among its words."""
    either = [
        _scored(_about("words", asked, edits=edits), ANYWHERE),
        _scored(_term("words", asked.word), WHOLE),
        _scored(_term("names", asked.word), IN_NAME),
    ]
    if asked.begins:
        either.append(_scored(_about("names", asked, edits=0), NAME_BEGINS))
    return _any_of(either)


def _scored(query: Query, score: int) -> Query:
    return {"constant_score": {"filter": query, "boost": score}}


def _term(name: str, word: str) -> Query:
    return {"term": {name: word}}


def _about(name: str, asked: Asked, *, edits: int) -> Query:
    """Files with a word that begins so, or is so, up to an edit."""
    if not edits:
        return {"prefix": {name: asked.word}} if asked.begins else _term(name, asked.word)
    if asked.begins:
        return _any_of(_beginnings(name, asked.word))
    fuzzy = {"value": asked.word, "fuzziness": 1, "rewrite": "constant_score"}
    return {"fuzzy": {name: fuzzy}}


def _beginnings(name: str, word: str) -> Iterator[Query]:
    """Files with a word whose beginning is one edit from a word, or none.

    OpenSearch forgives nothing in a beginning, so that each edit is a query of its own: a letter
    that is missing, another one, one too many, and two that changed places.
    """
    beginnings = {word: None}
    patterns: dict[str, None] = {}
    for at in range(len(word)):
        before, rest = word[:at], word[at:]
        beginnings[before + rest[1:]] = None
        patterns[f"{before}?{rest[1:]}*"] = None
        patterns[f"{before}?{rest}*"] = None
        beginnings[before + rest[1:2] + rest[:1] + rest[2:]] = None
    yield from ({"prefix": {name: each}} for each in beginnings)
    yield from ({"wildcard": {name: each}} for each in patterns)
