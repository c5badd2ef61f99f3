"""The catalogue's tables are made once, in pieces that may be repeated."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
from darkroom.catalogue.connections import Connection
from darkroom.catalogue.migration import Migration, MigrationChanged, migrate, migrations
from darkroom.catalogue.rows import COLUMNS, NOTIFICATION_COLUMNS

from local.postgres import Postgres
from tests.functional.catalogue import connect, environment, postgres
from tests.functional.conftest import World, lambda_context

__all__ = ["connect", "postgres"]  # fixtures

Connect = Callable[[], Connection]
NAMES = [migration.name for migration in migrations()]


def test_columns_are_those_that_are_written(connect: Connect) -> None:
    with closing(connect()) as connection:
        found = connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE table_schema = 'catalogue'"
        ).fetchall()
    for table, columns in {**COLUMNS, "notifications": NOTIFICATION_COLUMNS}.items():
        assert {name for of_table, name in found if of_table == table} == set(columns), table


def test_nothing_is_applied_when_everything_was(connect: Connect) -> None:
    with closing(connect()) as connection:
        assert migrate(connection, dsql=False) == []
        connection.execute("DELETE FROM catalogue.migrations")  # as if it had been cut off
        assert migrate(connection, dsql=False) == NAMES


def test_file_is_refused_when_it_was_changed_after_it_was_applied(
    connect: Connect, tmp_path: Path
) -> None:
    file = tmp_path / "0007_more.sql"
    file.write_text("-- More; and more.\nSELECT 1;\nSELECT 2")
    with closing(connect()) as connection:
        assert migrate(connection, dsql=False, wanted=[Migration.of(file)]) == ["0007_more"]
        file.write_text("SELECT 3")
        with pytest.raises(MigrationChanged, match="0007_more"):
            migrate(connection, dsql=False, wanted=[Migration.of(file)])


def test_only_dsql_is_told_to_make_its_indexes_in_the_background(connect: Connect) -> None:
    with closing(connect()) as connection:
        connection.execute("DELETE FROM catalogue.migrations")
        with pytest.raises(psycopg.errors.SyntaxError, match="ASYNC"):
            migrate(connection, dsql=True)


def test_numbers_are_in_order_without_a_gap() -> None:
    assert [migration.number for migration in migrations()] == list(range(1, len(NAMES) + 1))


# At deployment. -----------------------------------------------------------------------------------


@pytest.fixture
def told() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An address that CloudFormation would wait at, and what it was told there."""
    answers: list[dict[str, Any]] = []

    class Waiting(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:  # named by the method
            answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Waiting) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", answers
        server.shutdown()


@pytest.mark.parametrize(
    ("request_type", "endpoint", "expected"),
    [("Create", None, "SUCCESS"), ("Update", "127.0.0.1:1", "FAILED"), ("Delete", None, "SUCCESS")],
)
def test_stack_is_told_how_it_went_when_it_is_deployed(
    world: World,
    postgres: Postgres,
    connect: Connect,
    told: tuple[str, list[dict[str, Any]]],
    request_type: str,
    endpoint: str | None,
    expected: str,
) -> None:
    url, answers = told
    with closing(connect()) as connection:
        connection.execute("DROP SCHEMA catalogue CASCADE")
        place = environment(postgres)
        place["DATABASE_ENDPOINT"] = endpoint or place["DATABASE_ENDPOINT"]
        app = world.load("migrate", WRITER_ROLE_ARN="arn:aws:iam::123456789012:role/w", **place)
        event = {
            "RequestType": request_type, "ResponseURL": url, "StackId": "stack",
            "RequestId": "request", "LogicalResourceId": "Migrations",
        }  # fmt: skip
        app.handler(event, lambda_context())

        assert [answer["Status"] for answer in answers] == [expected]
        assert ("Reason" in answers[0]) is (expected == "FAILED")
        assert answers[0]["PhysicalResourceId"] == "Migrations"
        made = connection.execute("SELECT to_regclass('catalogue.images')").fetchone()
        assert (made != (None,)) is (request_type == "Create")


def test_operator_is_told_what_was_applied(
    world: World, postgres: Postgres, connect: Connect
) -> None:
    with closing(connect()) as connection:
        connection.execute("DROP SCHEMA catalogue CASCADE")
    app = world.load(
        "migrate", WRITER_ROLE_ARN="arn:aws:iam::123456789012:role/w", **environment(postgres)
    )
    assert [app.handler({}, lambda_context()) for _ in range(2)] == [NAMES, []]
