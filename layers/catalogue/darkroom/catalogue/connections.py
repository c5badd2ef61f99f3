"""How the catalogue's database is reached: with a password, or with a token that IAM makes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import botocore
import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable

    from psycopg.rows import TupleRow

Connection = psycopg.Connection[tuple[Any, ...]]
Login = Literal["dsql", "rds", "secret"]
Tls = Literal["verify-full", "require", "disable"]
# Whose certificates are trusted: as by botocore. DSQL's pass; libpq has no list of its own.
AUTHORITIES = str(Path(botocore.__file__).with_name("cacert.pem"))
_PORT = 5432
_TOKEN_SECONDS = 300  # to connect with; a connection outlives its token
_CONNECT_SECONDS = 5
_SILENCE_MILLISECONDS = 10_000  # after which a server that takes nothing counts as gone


@dataclass(frozen=True)
class Address:
    """Where a database is: `endpoint` is a host, or a host and a port."""

    endpoint: str
    database: str
    user: str
    login: Login
    tls: Tls
    secret_arn: str = ""

    @property
    def host(self) -> str:
        return self.endpoint.partition(":")[0]

    @property
    def port(self) -> int:
        return int(self.endpoint.partition(":")[2] or _PORT)

    @property
    def authorities(self) -> str | None:
        """The file of certificates that are trusted; None where nobody looks at the server's.

        Where libpq knows of such a file, it looks at the certificate with `require`, too (its
        manual, "SSL Support").
        """
        return AUTHORITIES if self.tls == "verify-full" else None


def connect(address: Address, make_client: Callable[[str], Any]) -> Connection:
    """A connection in which each statement is a transaction, unless one is opened.

    Raises:
        psycopg.OperationalError: the database cannot be reached, or refuses.
    """
    user, password = credentials(address, make_client)
    connection: psycopg.Connection[TupleRow] = psycopg.connect(
        host=address.host,
        port=address.port,
        dbname=address.database,
        user=user,
        password=password,
        sslmode=address.tls,
        sslrootcert=address.authorities,
        connect_timeout=_CONNECT_SECONDS,
        tcp_user_timeout=_SILENCE_MILLISECONDS,
        application_name="darkroom",
        autocommit=True,
        prepare_threshold=None,  # a pooler in between may give each transaction another session
    )
    return connection


def credentials(address: Address, make_client: Callable[[str], Any]) -> tuple[str, str]:
    """The name and password to connect with."""
    if address.login == "secret":
        answer = make_client("secretsmanager").get_secret_value(SecretId=address.secret_arn)
        secret = json.loads(answer["SecretString"])
        return secret["username"], secret["password"]
    if address.login == "rds":
        token = make_client("rds").generate_db_auth_token(
            DBHostname=address.host, Port=address.port, DBUsername=address.user
        )
        return address.user, token
    dsql = make_client("dsql")
    is_admin = address.user == "admin"
    token_for = (
        dsql.generate_db_connect_admin_auth_token
        if is_admin
        else dsql.generate_db_connect_auth_token
    )
    return address.user, token_for(address.host, ExpiresIn=_TOKEN_SECONDS)
