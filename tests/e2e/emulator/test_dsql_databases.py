"""A cluster of Aurora DSQL is a database with DSQL's rules, which only this machine reaches."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from darkroom.catalogue.connections import Address, Connection, connect
from darkroom.catalogue.migration import migrate, migrations
from darkroom.catalogue.rows import Ended
from darkroom.catalogue.store import Store

from local.server import Server
from local.user import wait_for
from tests.e2e.emulator.principals import client, obsolete
from tests.functional.test_catalogue import deleted, end_of, state


def cluster(server: Server) -> str:
    """The endpoint of a new cluster that is ready."""
    dsql = client(server, "dsql")
    made = dsql.create_cluster(deletionProtectionEnabled=False)

    def ready() -> bool | None:
        return dsql.get_cluster(identifier=made["identifier"])["status"] == "ACTIVE" or None

    wait_for(ready, what="the cluster")
    return str(made["endpoint"])


def opened(server: Server, endpoint: str) -> Connection:
    return connect(Address(endpoint, "postgres", "admin", "dsql", "disable"), server.client)


@pytest.fixture(scope="module")
def endpoint(patched: Server) -> str:
    """The endpoint of a cluster with the catalogue's tables."""
    made = cluster(patched)
    with closing(opened(patched, made)) as connection:
        assert len(migrate(connection, dsql=True)) == len(migrations())
        assert migrate(connection, dsql=True) == []
    return made


@pytest.fixture
def connection(patched: Server, endpoint: str) -> Iterator[Connection]:
    with closing(opened(patched, endpoint)) as made:
        yield made


@pytest.mark.parametrize(
    ("statement", "refused"),
    [
        ("CREATE EXTENSION pg_trgm", "not supported"),
        ("CREATE INDEX plain ON catalogue.images (image)", "CREATE INDEX ASYNC"),
        ("TRUNCATE catalogue.images", "not supported"),
        (f"INSERT INTO catalogue.versions VALUES {'(1),' * 3000} (1)", "row limit"),
    ],
)
def test_what_dsql_has_not_is_refused_when_the_patch_is_applied(
    connection: Connection, statement: str, refused: str
) -> None:
    with pytest.raises(psycopg.Error, match=refused):
        connection.execute(statement)


def test_catalogue_works_on_it_as_on_any_postgresql(patched: Server, endpoint: str) -> None:
    store = Store(lambda: opened(patched, endpoint))
    with closing(store):
        ends: list[Ended] = [end_of("0A"), end_of("0B"), end_of("0A")]
        assert store.write(ends) == 2
        assert state(lambda: opened(patched, endpoint)) == ("0B", 0, "Pentax 0B")
        assert [store.bury(deleted("0C")), store.bury(deleted("0C"))] == [True, False]
        assert store.write([end_of("0C")]) == 0
        store.empty()


def test_nobody_reaches_it_from_elsewhere_when_the_patch_is_applied(endpoint: str) -> None:
    table = Path("/proc/net/tcp")
    if not table.exists():
        pytest.skip("no /proc on this machine")
    port = int(endpoint.rpartition(":")[2])
    listening = [line.split()[1] for line in table.read_text().splitlines() if " 0A " in line]
    assert [address for address in listening if address.endswith(f":{port:04X}")] == [
        f"0100007F:{port:04X}"
    ]


def test_cluster_is_no_database_when_the_patch_is_missing(plain: Server) -> None:
    endpoint = cluster(plain)
    try:
        opened(plain, endpoint).close()
    except psycopg.OperationalError:
        return
    pytest.fail(obsolete("dsql_databases"))
