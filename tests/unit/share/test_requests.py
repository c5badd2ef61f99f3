"""What an owner may ask a link for, and what is told of the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from darkroom.http_api import BadRequest
from darkroom.share.requests import MOST_BYTES, Request, read_request
from hypothesis import given
from hypothesis import strategies as st

ANN = "eu-central-1:0a1b2c3d-0000-1111-2222-333344445555"
LAKE = f"users/{ANN}/lake.jpg"


def read(**given: Any) -> Request:
    return read_request(ANN, json.dumps(given).encode())


def refusal(body: Any) -> str:
    with pytest.raises(BadRequest) as refused:
        read_request(ANN, body if isinstance(body, bytes) else json.dumps(body).encode())
    return str(refused.value)


def test_link_lasts_a_week_and_has_no_title_unless_one_says_so() -> None:
    assert read(files=[LAKE]) == Request((LAKE,), "", 7)
    assert read(files=[LAKE], title="Summer", days=30) == Request((LAKE,), "Summer", 30)


def test_files_stay_in_their_order_and_each_is_there_once() -> None:
    keys = [f"users/{ANN}/{name}" for name in "cabac"]
    assert read(files=keys).files == tuple(f"users/{ANN}/{name}" for name in "cab")


def test_two_hundred_files_of_the_longest_keys_fit_and_one_more_does_not() -> None:
    longest = 1024 - len(f"users/{ANN}/".encode()) - 3
    keys = [f"users/{ANN}/{number:03}" + '"' * longest for number in range(200)]
    assert len(read(files=keys, title="\u0001" * 100).files) == 200
    assert refusal({"files": [*keys[:199], LAKE, f"{LAKE}2"]}) == (
        "'files' is not a list of 1 to 200 keys."
    )


@pytest.mark.parametrize(
    "key",
    [
        "users/bob/lake.jpg",
        f"users/{ANN}",
        f"users/{ANN}/",
        f"users/{ANN}x/lake.jpg",
        f"/users/{ANN}/lake.jpg",
        f"users/bob/../{ANN}/lake.jpg",
        f"Users/{ANN}/lake.jpg",
        "lake.jpg",
        "",
        "*",
    ],
)
def test_key_of_somebody_else_is_refused_before_anything_is_read(key: str) -> None:
    assert refusal({"files": [LAKE, key]}) == "'files' names a file that is not one of yours."


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b'{"files": ["\\ud800"]}', "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b" " * (MOST_BYTES + 1), f"more than {MOST_BYTES} bytes"),
        ([LAKE], "not a JSON object"),
        ({}, "'files' is missing"),
        ({"files": []}, "list of 1 to 200"),
        ({"files": LAKE}, "list of 1 to 200"),
        ({"files": {LAKE: 1}}, "list of 1 to 200"),
        ({"files": [1]}, "no key"),
        ({"files": [[LAKE]]}, "no key"),
        ({"files": [f"{LAKE}{'ü' * 512}"]}, "no key"),
        ({"files": [LAKE], "days": 0}, "1 to 30"),
        ({"files": [LAKE], "days": 31}, "1 to 30"),
        ({"files": [LAKE], "days": True}, "1 to 30"),
        ({"files": [LAKE], "days": 7.0}, "1 to 30"),
        ({"files": [LAKE], "days": "7"}, "1 to 30"),
        ({"files": [LAKE], "title": None}, "text of at most 100"),
        ({"files": [LAKE], "title": "x" * 101}, "text of at most 100"),
        ({"files": [LAKE], "owner": "bob"}, "'owner' is not known"),
        ({"files": [LAKE], "identity_id": "bob"}, "'identity_id' is not known"),
    ],
)
def test_malformed_request_is_told_why(body: Any, said: str) -> None:
    assert said in refusal(body)


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("  Summer\r\n 2026\t", "Summer 2026"),
        ("a\x00b\x1b[31mc", "a b [31mc"),
        ("\u202egnp.exe", "gnp.exe"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("👨‍👩‍👧 نوروز", "👨‍👩‍👧 نوروز"),
        ("\u2028\u2029", ""),
    ],
)
def test_title_is_one_line_that_does_nothing_but_show(title: str, kept: str) -> None:
    assert read(files=[LAKE], title=title).title == kept


@given(st.text(max_size=100))
def test_title_of_any_characters_is_printable(title: str) -> None:
    kept = read(files=[LAKE], title=title).title
    assert all(each.isprintable() or each in "\u200c\u200d" for each in kept)
