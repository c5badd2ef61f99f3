"""AWS Glue in plain values: databases, and what is known of the tables in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from darkroom.aws.errors import EntryExists, EntryMissing, aws_errors
from darkroom.errors import TransientError

_RACES = 5


class GlueCatalog:
    """The tables of an account's Data Catalog. A table that was changed keeps no older versions."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def has(self, database: str, table: str) -> bool:
        """Whether there is such a table."""
        with suppress(EntryMissing), aws_errors():
            self._client.get_table(DatabaseName=database, Name=table)
            return True
        return False

    def put(self, database: str, table: Mapping[str, Any]) -> None:
        """Describe a table, instead of what there was by its `Name`; make its database if need be.

        Raises:
            TransientError: others kept making and deleting it.
        """
        place = {"DatabaseName": database, "TableInput": dict(table)}
        for _ in range(_RACES):
            with suppress(EntryMissing), aws_errors():
                self._client.update_table(**place, SkipArchive=True)
                return
            with suppress(EntryExists), aws_errors():
                self._client.create_database(DatabaseInput={"Name": database})
            with suppress(EntryExists, EntryMissing), aws_errors():
                self._client.create_table(**place)
                return
        raise TransientError(f"The table {table['Name']} is written by too many at once.")

    def delete(self, database: str, table: str) -> None:
        """Forget a table; one that is not there does no harm."""
        with suppress(EntryMissing), aws_errors():
            self._client.delete_table(DatabaseName=database, Name=table)

    def databases(self) -> Iterator[str]:
        """The names of all databases."""
        pages = self._client.get_paginator("get_databases").paginate()
        with aws_errors():
            for page in pages:
                yield from (each["Name"] for each in page["DatabaseList"])

    def tables(self, database: str) -> Iterator[dict[str, Any]]:
        """All tables of a database, as Glue describes them; none where there is no database."""
        pages = self._client.get_paginator("get_tables").paginate(DatabaseName=database)
        with suppress(EntryMissing), aws_errors():
            for page in pages:
                yield from page["TableList"]
