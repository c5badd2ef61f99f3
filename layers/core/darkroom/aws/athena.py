"""Amazon Athena in plain values: a question, how far it is, and the first rows of its answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from darkroom.aws.errors import aws_errors

_FINISHED = ("SUCCEEDED", "FAILED", "CANCELLED")


@dataclass(frozen=True)
class Execution:
    """How far a question is. `location` is where its answer is stored."""

    state: str
    location: str
    reason: str
    scanned_bytes: int

    @property
    def is_finished(self) -> bool:
        return self.state in _FINISHED

    @property
    def has_succeeded(self) -> bool:
        return self.state == "SUCCEEDED"


@dataclass(frozen=True)
class Rows:
    """The columns of an answer, its first rows as text, and whether there are more."""

    columns: list[dict[str, str]] = field(default_factory=list)
    rows: list[list[str | None]] = field(default_factory=list)
    has_more: bool = False


class Athena:
    """A workgroup, with the rights of the credentials that the client has."""

    def __init__(self, client: Any, workgroup: str) -> None:
        self._client = client
        self._workgroup = workgroup

    def start(self, sql: str, *, database: str, location: str) -> str:
        """The id of a question that runs now.

        Raises:
            QueryRefused: Athena does not understand it.
            TransientError: the account asks too much at once.
        """
        with aws_errors(asking=True):
            answer = self._client.start_query_execution(
                QueryString=sql,
                QueryExecutionContext={"Database": database},
                ResultConfiguration={"OutputLocation": location},
                WorkGroup=self._workgroup,
            )
        return str(answer["QueryExecutionId"])

    def look(self, query_id: str) -> Execution:
        """How far a question is.

        Raises:
            QueryRefused: there is none of that id.
        """
        with aws_errors(asking=True):
            found = self._client.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        return Execution(
            state=found["Status"]["State"],
            location=found["ResultConfiguration"].get("OutputLocation", ""),
            reason=found["Status"].get("StateChangeReason", ""),
            scanned_bytes=found.get("Statistics", {}).get("DataScannedInBytes", 0),
        )

    def rows(self, query_id: str, *, at_most: int) -> Rows:
        """The first rows of an answer, fewer than `at_most`, which is at most 1,000."""
        with aws_errors(asking=True):
            page = self._client.get_query_results(QueryExecutionId=query_id, MaxResults=at_most)
        columns = [
            {"name": each["Name"], "type": each["Type"]}
            for each in page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
        ]
        # The first row of a question's answer has the names of its columns.
        rows = [
            [value.get("VarCharValue") for value in row["Data"]]
            for row in page["ResultSet"]["Rows"][1:]
        ]
        return Rows(columns, rows, has_more="NextToken" in page)
