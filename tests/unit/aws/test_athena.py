"""What Athena answers, in plain values; what it refuses, in our own errors."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError
from darkroom.aws.athena import Athena, Rows
from darkroom.aws.errors import QueryRefused
from darkroom.errors import TransientError


class Client:
    """Answers every call with the same, or refuses it."""

    def __init__(self, answer: Any = None, code: str = "") -> None:
        self._answer = answer
        self._code = code

    def __getattr__(self, operation: str) -> Any:
        def call(**_: Any) -> Any:
            if self._code:
                raise ClientError({"Error": {"Code": self._code, "Message": "no"}}, operation)
            return self._answer

        return call


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("InvalidRequestException", QueryRefused),
        ("TooManyRequestsException", TransientError),
        ("InternalServerException", ClientError),
    ],
)
def test_refusal_is_one_that_the_desk_acts_on(code: str, error: type[Exception]) -> None:
    athena = Athena(Client(code=code), "people")
    with pytest.raises(error):
        athena.start("SELECT 1", database="ann", location="s3://tables/answers/ann/")
    with pytest.raises(error):
        athena.look("1")


def test_rows_are_those_below_the_names_of_the_columns() -> None:
    answer = {
        "ResultSet": {
            "ResultSetMetadata": {"ColumnInfo": [{"Name": "n", "Type": "bigint"}]},
            "Rows": [
                {"Data": [{"VarCharValue": "n"}]},
                {"Data": [{"VarCharValue": "7"}]},
                {"Data": [{}]},
            ],
        },
        "NextToken": "more",
    }
    found = Athena(Client(answer), "people").rows("1", at_most=1000)
    assert found == Rows([{"name": "n", "type": "bigint"}], [["7"], [None]], has_more=True)


def test_question_says_where_its_answer_is_when_it_has_not_begun() -> None:
    answer = {
        "QueryExecution": {
            "Status": {"State": "QUEUED"},
            "ResultConfiguration": {"OutputLocation": "s3://tables/answers/ann/1.csv"},
        }
    }
    found = Athena(Client(answer), "people").look("1")
    assert (found.is_finished, found.scanned_bytes) == (False, 0)
    assert found.location == "s3://tables/answers/ann/1.csv"
