"""What is a question, and what is told of the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from darkroom.athena.requests import MOST_BYTES, read_id, read_question
from darkroom.http_api import BadRequest


@pytest.mark.parametrize(
    "sql", ["SELECT 1", "\n  select\n1", "with a as (select 1) select * from a"]
)
def test_question_is_taken_as_it_is(sql: str) -> None:
    assert read_question(json.dumps({"sql": sql}).encode()) == sql


@pytest.mark.parametrize(
    "body",
    [
        {}, {"sql": ""}, {"sql": 1}, {"sql": "DROP TABLE a"}, {"sql": "selected"},
        {"sql": "INSERT INTO a SELECT 1"}, {"sql": "CREATE TABLE a AS SELECT 1"},
        {"sql": "UNLOAD (SELECT 1) TO 's3://a/'"}, {"sql": "SELECT 1", "owner": "bob"},
        {"sql": "SELECT '" + "a" * MOST_BYTES + "'"}, [], "SELECT 1",
    ],
)  # fmt: skip
def test_what_is_no_question_is_refused(body: Any) -> None:
    with pytest.raises(BadRequest):
        read_question(json.dumps(body).encode())


@pytest.mark.parametrize(
    "text", ["", "1", "../a", "0A1B2C3D-0000-1111-2222-333344445555", "a" * 36]
)
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        read_id(text)
    assert read_id("0a1b2c3d-0000-1111-2222-333344445555")
