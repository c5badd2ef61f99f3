"""What a client may ask for, and what is told of the rest."""

from __future__ import annotations

import base64
import json
import re
import struct
from typing import Any

import pytest
from darkroom.http_api import BadRequest
from darkroom.pipeline.uploads import MAX_KEY_BYTES
from darkroom.search.days import first_of, last_of
from darkroom.search.requests import Cursor, Near, Window, read_request
from darkroom.search.words import asked
from hypothesis import given
from hypothesis import strategies as st


def read(**given: Any) -> Any:
    return read_request(json.dumps(given).encode())


def cursor(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def numbers(*of: int) -> str:
    return base64.b64encode(struct.pack(f">{len(of)}q", *of)).decode()


WORLD = {"south": -90, "west": -180, "north": 90, "east": 180, "rows": 32, "columns": 32}


def test_window_over_the_antimeridian_has_columns_that_go_on_behind_it() -> None:
    window = read(map={**WORLD, "west": 170, "east": -160}).window
    assert window.degrees_wide == 30
    assert window.longitudes == ((170, 180, 170), (-180, -160, -190))


def test_request_without_fields_asks_for_the_newest_of_all() -> None:
    request = read_request(b"{}")
    assert (request.words, request.values, request.near, request.like) == ((), {}, None, None)
    assert (request.limit, request.by_relevance, request.after) == (200, False, None)
    assert (request.duplicates, request.facets, request.window) == (False, False, None)


def test_request_asks_for_what_each_field_says() -> None:
    lists = {
        "kinds": ["picture", "video"], "states": ["rejected"], "cameras": ["X100"],
        "lenses": ["XF"], "places": ["Graz"], "colours": ["red"],
    }  # fmt: skip
    near = {"latitude": -90, "longitude": 180, "kilometres": 20_100}
    request = read(
        **lists,
        **{"from": "2024-02", "to": "2024-02"},
        text="lake",
        orientation="portrait",
        near=near,
        like="a.jpg",
        order="relevance",
        limit=7,
        facets=True,
        duplicates=False,
        map=WORLD,
    )
    assert request.values == {
        "kind": ("picture", "video"), "state": ("rejected",), "camera": ("X100",), "lens": ("XF",),
        "place": ("Graz",), "colour": ("red",), "orientation": ("portrait",),
    }  # fmt: skip
    assert (request.first, request.last) == (first_of("2024-02"), last_of("2024-02"))
    assert request.words == tuple(asked("lake"))
    assert (request.near, request.like) == (Near(-90, 180, 20_100), "a.jpg")
    assert (request.by_relevance, request.limit, request.facets) == (True, 7, True)
    assert (request.duplicates, read(duplicates=True, like="").duplicates) == (False, True)
    assert request.window == Window(**WORLD)
    assert read(order="newest").by_relevance is False


def test_bounds_are_within_what_may_be_asked() -> None:
    for orientation in ("portrait", "landscape", "square"):
        assert read(orientation=orientation).values == {"orientation": (orientation,)}
    since, until = read(**{"from": "2024"}), read(to="2024-05-31")
    assert (since.first, since.last) == (first_of("2024"), None)
    assert (until.first, until.last) == (None, last_of("2024-05-31"))
    assert read(limit=1).limit == 1
    assert read(limit=1000).limit == 1000
    assert read(near={"latitude": 90, "longitude": -180, "kilometres": 0.001}).near is not None
    assert len(read(like="x" * MAX_KEY_BYTES).like or "") == MAX_KEY_BYTES
    assert len(read(cameras=["x"] * 100).values["camera"]) == 100
    assert read(text="x" * 200).words
    for rows, columns in ((1, 1), (1, 1024), (1024, 1)):
        assert read(map={**WORLD, "rows": rows, "columns": columns}).window is not None
    thin = {**WORLD, "south": 0, "north": 0.0001, "west": 0, "east": 0.0001}
    assert read(map=thin).window is not None
    for numbers_ in ((2**53 - 1, 1 - 2**53), (1 - 2**53, 2**53 - 1)):
        at = Cursor(*numbers_, "a")
        assert read(after=at.written()).after == at


def test_window_within_the_antimeridian_has_its_columns_in_one_piece() -> None:
    window = read(map={**WORLD, "west": -10, "east": 20}).window
    assert (window.degrees_wide, window.longitudes) == (30, ((-10, 20, -10),))


@pytest.mark.parametrize("path", ["a", "ab", "abc", "abcd/Größe ?&>~"])
def test_cursor_goes_into_an_address_as_it_is(path: str) -> None:
    written = Cursor(1, 2, path).written()
    assert re.fullmatch("[A-Za-z0-9_-]+", written)
    assert read(after=written).after == Cursor(1, 2, path)


def test_cursor_is_read_as_it_was_written() -> None:
    at = Cursor(-12, 1_717_000_000_000, "a/Größe \U0001f600.jpg")
    assert read(after=at.written()).after == at


def test_empty_list_is_no_filter() -> None:
    assert read(kinds=[], cameras=[], places=["Graz"]).values == {"place": ("Graz",)}


def test_files_are_named_by_numbers_and_naming_none_is_not_saying_nothing() -> None:
    edges = (-(2**63), -1, 0, 2**63 - 1)
    assert read(among=numbers(*edges)).among == edges
    assert read(without=numbers(*range(100_000))).without == tuple(range(100_000))
    assert (read(among="").among, read().among, read(without="").without) == ((), None, ())


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"owner": "bob"}, "'owner' is not known"),
        ({"identity_id": "bob"}, "'identity_id' is not known"),
        ({"text": "x" * 201}, "'text' is not a text"),
        ({"text": None}, "'text' is not a text"),
        ({"kinds": "picture"}, "'kinds' is not a list"),
        ({"kinds": ["drawing"]}, "'drawing' of 'kinds' is none of picture, "),
        ({"states": ["processing"]}, "'processing' of 'states' is none of"),
        ({"colours": ["mauve"]}, "'mauve' of 'colours' is none of black"),
        ({"cameras": [3]}, "'cameras' is not a list of texts"),
        ({"places": ["x"] * 101}, "'places' is not a list of at most 100"),
        ({"orientation": ["square"]}, "'orientation' is none of portrait"),
        ({"from": "yesterday"}, "'from' is not a day"),
        ({"to": 2024}, "'to' is not a day"),
        ({"from": "2024-06", "to": "2024-05"}, "'from' is later than 'to'"),
        ({"near": {"latitude": 1, "longitude": 2}}, "'near' does not have"),
        ({"near": {"latitude": "1", "longitude": 2, "kilometres": 3}}, "'near.latitude' is not a"),
        ({"near": {"latitude": True, "longitude": 2, "kilometres": 3}}, "'near.latitude' is not a"),
        ({"near": {"latitude": 91, "longitude": 2, "kilometres": 3}}, "no place on the Earth"),
        ({"near": {"latitude": 1, "longitude": 2, "kilometres": 0}}, "'near.kilometres' is not"),
        ({"near": {"latitude": 10**400, "longitude": 2, "kilometres": 3}}, "is not a number"),
        ({"near": {"latitude": float("nan"), "longitude": 2, "kilometres": 3}}, "is not a number"),
        ({"near": {"latitude": -90.1, "longitude": 2, "kilometres": 3}}, "no place on the Earth"),
        ({"near": {"latitude": 1, "longitude": 180.1, "kilometres": 3}}, "no place on the Earth"),
        ({"near": {"latitude": 1, "longitude": -181, "kilometres": 3}}, "no place on the Earth"),
        (
            {"near": {"latitude": 1, "longitude": 2, "kilometres": 20_100.1}},
            "'near.kilometres' is not more than 0 and at most 20100",
        ),
        ({"near": {"latitude": [], "longitude": 2, "kilometres": 3}}, "'near.latitude' is not a"),
        ({"near": [1, 2, 3]}, "'near' does not have latitude, longitude and kilometres"),
        ({"map": 3}, "'map' does not have south, west, north, east, rows and columns"),
        ({"map": {**WORLD, "owner": "bob"}}, "'map' does not have"),
        ({"map": {**WORLD, "north": "90"}}, "'map.north' is not a number"),
        ({"map": {**WORLD, "north": 90.1}}, "'map' is no part of the Earth"),
        ({"map": {**WORLD, "west": -180.1}}, "'map' is no part of the Earth"),
        ({"map": {**WORLD, "south": -90.1}}, "'map' is no part of the Earth"),
        ({"map": {**WORLD, "east": 180.1}}, "'map' is no part of the Earth"),
        ({"map": {**WORLD, "rows": 0}}, "'map' does not have 1 to 1024 cells"),
        ({"map": {**WORLD, "rows": True}}, "'map' does not have 1 to 1024 cells"),
        ({"map": {**WORLD, "columns": 1.5}}, "'map' does not have 1 to 1024 cells"),
        ({"map": {**WORLD, "rows": 33, "columns": 32}}, "'map' does not have 1 to 1024 cells"),
        ({"map": {**WORLD, "south": 90}}, "'map' is less than 0.0001 degrees high or wide"),
        ({"map": {**WORLD, "west": 1, "east": 1}}, "'map' is less than 0.0001 degrees high or"),
        ({"map": {**WORLD, "south": 0, "north": 0.00009}}, "'map' is less than 0.0001 degrees"),
        ({"map": WORLD, "duplicates": True}, "cannot be asked for together"),
        ({"like": ["x"]}, "'like' is not a text"),
        ({"like": "x" * (MAX_KEY_BYTES + 1)}, "'like' is not a text of at most 1024 characters"),
        ({"like": "x", "duplicates": True}, "cannot be asked for together"),
        ({"among": ["users/ann/a.jpg"]}, "'among' is not base64"),
        ({"among": "ü"}, "'among' is not base64"),
        ({"without": "AAAA AAAA"}, "'without' is not base64"),
        ({"without": numbers(1)[:8]}, "'without' is not 8 bytes for each of 100,000 files"),
        ({"among": numbers(*range(100_001))}, "'among' is not 8 bytes for each of"),
        ({"duplicates": 1}, "'duplicates' is neither true nor false"),
        ({"order": "oldest"}, "'order' is none of newest, relevance"),
        ({"limit": 0}, "'limit' is not a whole number from 1 to 1000"),
        ({"limit": 1001}, "'limit' is not"),
        ({"limit": True}, "'limit' is not"),
        ({"limit": 1.5}, "'limit' is not"),
        ({"after": 3}, "'after' is not a cursor"),
        ({"after": "ü"}, "'after' is not a cursor"),
        ({"after": cursor(1, 2)}, "'after' is not a cursor"),
        ({"after": cursor(True, 2, "x")}, "'after' is not a cursor"),
        ({"after": cursor(1, 2**53, "x")}, "'after' is not a cursor"),
        ({"after": cursor(-(2**53), 1, "x")}, "'after' is not a cursor"),
        ({"after": cursor(1.0, 1, "x")}, "'after' is not a cursor"),
        ({"after": f"{cursor(1, 2, 'x')}!"}, "'after' is not a cursor"),
        ({"after": cursor(1, 2, 3)}, "'after' is not a cursor"),
        ({"after": f"{cursor(1, 2, 'x')}!!!!"}, "'after' is not a cursor"),
        ({"after": base64.urlsafe_b64encode(b"3").decode()}, "'after' is not a cursor"),
        ({"after": base64.urlsafe_b64encode(b"[" * 9_999).decode()}, "'after' is not a cursor"),
        ({"after": cursor(1, 2, "\ud800")}, "'after' is not a cursor"),
    ],
)
def test_malformed_field_is_told_in_a_sentence(given: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadRequest) as refused:
        read(**given)
    assert sentence in str(refused.value)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"3", b"{", b"\xff", b'{"text": "\\ud800"}', b"[" * 8000, b'{"limit": 1e999}',
        b'{"limit": ' + b"9" * 5000 + b"}", b'{"text": "' + b"x" * 8200 + b'"}',
        b" " * (2 << 20) + b"{}",
    ],
)  # fmt: skip
def test_body_that_is_no_request_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        read_request(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [
        "text",
        "kinds",
        "cameras",
        "near",
        "like",
        "from",
        "to",
        "after",
        "limit",
        "order",
        "facets",
        "among",
        "without",
        "map",
    ]
)


@given(st.dictionaries(NAMES | st.text(max_size=3), JSON, max_size=4))
def test_whatever_comes_is_a_request_or_is_refused(given: dict[str, Any]) -> None:
    try:
        read_request(json.dumps(given).encode())
    except BadRequest as refused:
        assert str(refused)  # noqa: PT017  # both outcomes are right


@given(st.binary(max_size=40))
def test_whatever_bytes_come_are_a_request_or_refused(body: bytes) -> None:
    try:
        read_request(body)
    except BadRequest as refused:
        assert str(refused)  # noqa: PT017  # as above
