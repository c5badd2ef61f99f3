"""The desk: what an owner asks of their own tables. Whose they are, API Gateway says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from darkroom.athena.counts import Counts
from darkroom.athena.description import FILE
from darkroom.athena.names import database_of
from darkroom.athena.requests import MOST_BYTES, read_id, read_question
from darkroom.aws.athena import Athena, Execution, Rows
from darkroom.aws.errors import QueryRefused
from darkroom.aws.glue import GlueCatalog
from darkroom.errors import TransientError
from darkroom.http_api import (
    BadRequest,
    Response,
    answer_to_owner,
    body_of,
    json_response,
    no_such_route,
)
from darkroom.observability import logger
from darkroom.pipeline.uploads import path_of

_WAIT_SECONDS = 20.0  # of the 29 that API Gateway waits
_POLL_SECONDS = 0.25
_MOST_ROWS = 1000  # with the row of names: what one request of Athena's has
_MOST_ANSWER_CHARACTERS = 1_000_000  # Lambda sends 6 MB, and a character has up to six bytes
_MOST_TABLES = 1000


class AsOwner(Protocol):
    """Athena and Glue with the rights of the owner of a database."""

    def athena(self, database: str) -> Athena: ...

    def catalog(self, database: str) -> GlueCatalog: ...


class Desk:
    """Answers requests of owners."""

    def __init__(
        self,
        as_owner: AsOwner,
        counts: Counts,
        *,
        prefix: str,
        tables_bucket: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._as_owner = as_owner
        self._counts = counts
        self._prefix = prefix
        self._bucket = tables_bucket
        self._sleep = sleep

    def handle(self, event: Mapping[str, Any]) -> Response:
        """The response to an event of an HTTP API (payload format 2.0)."""
        return answer_to_owner(event, lambda owner: self._answered(owner, event))

    def _answered(self, owner: str, event: Mapping[str, Any]) -> Response:
        try:
            match event["routeKey"]:
                case "GET /tables":
                    return self._list(owner)
                case "POST /questions":
                    return self._ask(owner, read_question(body_of(event, MOST_BYTES)))
                case "GET /questions/{id}":
                    return self._answer(owner, read_id(event["pathParameters"]["id"]))
        except TransientError as error:
            logger.warning("question refused: Athena is busy", extra={"reason": str(error)})
            return json_response(429, {"message": "Too many questions at once."})
        return no_such_route()

    def _list(self, owner: str) -> Response:
        database = database_of(self._prefix, owner)
        catalog = self._as_owner.catalog(database)
        tables, left = list[dict[str, Any]](), _MOST_ANSWER_CHARACTERS
        for table in catalog.tables(database):
            columns = [
                {"name": each["Name"], "type": each["Type"], "title": each.get("Comment", "")}
                for each in table["StorageDescriptor"]["Columns"]
            ]
            file = path_of(owner, table["Parameters"][FILE])
            left -= len(file) + sum(len("".join(each.values())) + 40 for each in columns)
            if left < 0 or len(tables) == _MOST_TABLES:
                return json_response(200, {"tables": tables, "more": True})
            tables.append({"name": table["Name"], "file": file, "columns": columns})
        return json_response(200, {"tables": tables, "more": False})

    def _ask(self, owner: str, sql: str) -> Response:
        if not self._counts.take(owner):
            return json_response(429, {"message": "That were enough questions for today (UTC)."})
        database = database_of(self._prefix, owner)
        athena = self._as_owner.athena(database)
        try:
            query_id = athena.start(sql, database=database, location=self._answers_of(database))
        except QueryRefused as error:
            raise BadRequest(str(error)) from error
        waited = 0.0
        while not (execution := athena.look(query_id)).is_finished and waited < _WAIT_SECONDS:
            self._sleep(_POLL_SECONDS)
            waited += _POLL_SECONDS
        logger.info(
            "question asked",
            extra={"owner": owner, "query": query_id, "scanned_bytes": execution.scanned_bytes},
        )
        return _told(athena, query_id, execution)

    def _answer(self, owner: str, query_id: str) -> Response:
        database = database_of(self._prefix, owner)
        athena = self._as_owner.athena(database)
        try:
            execution = athena.look(query_id)
        except QueryRefused:
            return _unknown()
        # The workgroup is one for all, and says of anybody's question what it was.
        if not execution.location.startswith(self._answers_of(database)):
            return _unknown()
        return _told(athena, query_id, execution)

    def _answers_of(self, database: str) -> str:
        return f"s3://{self._bucket}/answers/{database}/"


def _unknown() -> Response:
    return json_response(404, {"message": "There is no such question."})


def _told(athena: Athena, query_id: str, execution: Execution) -> Response:
    if not execution.is_finished:
        return json_response(202, {"id": query_id, "state": "running"})
    if not execution.has_succeeded:
        return json_response(400, {"id": query_id, "message": execution.reason})
    found = athena.rows(query_id, at_most=_MOST_ROWS)
    rows = list(_bounded(found))
    return json_response(
        200,
        {
            "id": query_id,
            "columns": found.columns,
            "rows": rows,
            "more": found.has_more or len(rows) < len(found.rows),
            "scanned_bytes": execution.scanned_bytes,
        },
    )


def _bounded(found: Rows) -> Iterator[list[str | None]]:
    """The first rows, as many as fit into an answer."""
    left = _MOST_ANSWER_CHARACTERS
    for row in found.rows:
        left -= sum(len(value or "") + 1 for value in row)
        if left < 0:
            return
        yield row
