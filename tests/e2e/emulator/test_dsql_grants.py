"""DSQL takes a grant of IAM's: with the patch it is taken, without it is no SQL."""

from __future__ import annotations

from contextlib import closing

import psycopg
import pytest
from darkroom.catalogue.migration import grant

from local.emulator.patches.dsql_grants import tag_of
from local.postgres import DATABASE, USER, Postgres
from local.server import Server
from tests.e2e.emulator.test_dsql_databases import cluster, opened

GRANT = "AWS IAM GRANT reader TO 'arn:aws:iam::123456789012:role/analyst'"


def test_role_is_granted_when_the_patch_is_applied(patched: Server) -> None:
    with closing(opened(patched, cluster(patched))) as connection:
        connection.execute("CREATE SCHEMA catalogue")
        for _ in range(2):
            grant(connection, "reader", may="SELECT", arns=["arn:aws:iam::123456789012:role/a"])
        roles = connection.execute("SELECT rolname FROM pg_roles WHERE rolcanlogin").fetchall()
    assert ("reader",) in roles


def test_grant_is_no_sql_when_the_patch_is_missing() -> None:
    """Without it the proxy hands it on to the PostgreSQL behind it."""
    with (
        Postgres() as server,
        closing(
            psycopg.connect(host="127.0.0.1", port=server.port, user=USER, dbname=DATABASE)
        ) as connection,
        pytest.raises(psycopg.errors.SyntaxError),
    ):
        connection.execute(GRANT)


def test_statement_is_told_from_others() -> None:
    assert tag_of(GRANT) == "AWS IAM GRANT"
    assert tag_of(GRANT.replace("GRANT", "REVOKE").replace("TO", "FROM") + ";") == "AWS IAM REVOKE"
    assert tag_of("GRANT reader TO ann") is None
