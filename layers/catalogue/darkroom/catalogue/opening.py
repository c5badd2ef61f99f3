"""The catalogue of a function's environment: its store, and its tables brought up to date."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

from darkroom.catalogue.connections import Address, connect
from darkroom.catalogue.migration import grant, migrate
from darkroom.catalogue.store import Store

if TYPE_CHECKING:
    from darkroom.config import DatabaseConfig, MigrateConfig

WRITER, READER = "catalogue_writer", "catalogue_reader"


def address_of(config: DatabaseConfig) -> Address:
    """Where the database is that an environment describes."""
    return Address(
        endpoint=config.database_endpoint,
        database=config.database_name,
        user=config.database_user,
        login=config.database_login,
        tls=config.database_tls,
        secret_arn=config.database_secret_arn,
    )


def store_of(config: DatabaseConfig, make_client: Callable[[str], Any]) -> Store:
    """The store that a function's environment describes; it connects when it is used first."""
    address = address_of(config)
    return Store(lambda: connect(address, make_client))


def bring_up_to_date(config: MigrateConfig, make_client: Callable[[str], Any]) -> list[str]:
    """The names of the migrations that were applied.

    On DSQL there are two roles besides: of the function that writes, and one that may read, which
    operators grant to whom they choose.
    """
    dsql = config.database_login == "dsql"
    with closing(connect(address_of(config), make_client)) as connection:
        applied = migrate(connection, dsql=dsql)
        if dsql:
            may_write = "SELECT, INSERT, UPDATE, DELETE"
            grant(connection, WRITER, may=may_write, arns=[config.writer_role_arn])
            grant(connection, READER, may="SELECT", arns=[])
    return applied
