"""The catalogue's function around one world, on a real PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

import boto3
import psycopg
import pytest
from darkroom.catalogue.connections import Connection
from darkroom.catalogue.migration import migrate
from psycopg.rows import dict_row

from local.postgres import DATABASE, USER, Postgres

if TYPE_CHECKING:
    from tests.functional.conftest import World

TABLES = ("images", "cameras", "places", "tables", "videos", "notifications")


@dataclass
class Catalogue:
    """The function, and its database as a person sees it."""

    world: World
    app: ModuleType
    connect: Callable[[], Connection]

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table, in the order of its key."""
        with closing(self.connect()) as connection:
            cursor = connection.cursor(row_factory=dict_row)
            return cursor.execute(f"SELECT * FROM catalogue.{table} ORDER BY 1, 2").fetchall()

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        """All that can be asked for."""
        return {table: self.rows(table) for table in TABLES}

    def execute(self, sql: str) -> None:
        """Change the database by hand."""
        with self.connect() as connection:
            connection.execute(sql)

    def catch_up(self) -> None:
        """Bring it every receipt and every notification."""
        told = [json.dumps(message) for message in self.world.published()]
        assert self.world.deliver(self.app, *self.world.receipts(), *told) == []

    def deliver(self, *messages: Any) -> list[int]:
        """The indices of the messages that the function reported as failed."""
        return self.world.deliver(self.app, *messages)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server for all tests of this process."""
    with Postgres() as server:
        yield server


@pytest.fixture
def connect(postgres: Postgres) -> Callable[[], Connection]:
    """Makes connections to an empty database with the catalogue's tables."""
    return emptied(postgres)


def emptied(postgres: Postgres) -> Callable[[], Connection]:
    """Makes connections to the server's database, which has the catalogue's tables now."""

    def connect() -> Connection:
        return psycopg.connect(
            host="127.0.0.1", port=postgres.port, user=USER, dbname=DATABASE, autocommit=True
        )

    with connect() as connection:
        connection.execute("DROP SCHEMA IF EXISTS catalogue CASCADE")
        migrate(connection, dsql=False)
    return connect


@pytest.fixture
def catalogue(
    world: World, postgres: Postgres, connect: Callable[[], Connection]
) -> Iterator[Catalogue]:
    app = world.load("catalogue", **environment(postgres))
    yield Catalogue(world, app, connect)
    app.store.close()


def environment(postgres: Postgres) -> dict[str, str]:
    """The function's variables that say where the database is."""
    secret = boto3.client("secretsmanager").create_secret(
        Name="database", SecretString=json.dumps({"username": USER, "password": "none"})
    )
    return {
        "DATABASE_ENDPOINT": postgres.endpoint,
        "DATABASE_NAME": DATABASE,
        "DATABASE_USER": USER,
        "DATABASE_LOGIN": "secret",
        "DATABASE_TLS": "disable",
        "DATABASE_SECRET_ARN": secret["ARN"],
    }
