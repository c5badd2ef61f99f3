"""The shelf: each owner's tables as Athena reads them, a copy of the rows and an entry in Glue.

Athena reads all files of a folder, and beside the rows of a file lie its profile and its rejects.
So the rows are copied to a folder of their own, whose key has no letter that Athena does not take.

    tables bucket      tables/{database}/{table}/{version}/data.parquet
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from darkroom.athena.description import FILE, OWNER, table_input
from darkroom.athena.names import database_of, table_of
from darkroom.aws.errors import ObjectMissing
from darkroom.aws.s3 import Bucket
from darkroom.errors import TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from darkroom.aws.glue import GlueCatalog
    from darkroom.model import ImageItem
    from mypy_boto3_s3 import S3Client

ROWS = "data.parquet"


class Shelf:
    """All tables that can be asked."""

    def __init__(
        self,
        catalog: GlueCatalog,
        client: S3Client,
        *,
        prefix: str,
        processed_bucket: str,
        tables_bucket: str,
    ) -> None:
        """`prefix` is what the names of all databases begin with."""
        self._catalog = catalog
        self._processed = Bucket(client, processed_bucket)
        self._tables = Bucket(client, tables_bucket)
        self._prefix = prefix

    def put(self, item: ImageItem) -> None:
        """Let a table be asked as its record says that it is, instead of what there was of it.

        The rows come first, then the entry that leads to them, and those of older versions go last.

        Raises:
            TransientError: its files are not there, as where another version has come meanwhile.
        """
        owner, key, version = item["identity_id"], item["image"], item["version"]
        document = item["details"]["key"]
        database, table = database_of(self._prefix, owner), table_of(key)
        folder = _folder(database, table)
        try:
            profile = json.loads(self._processed.read(document))
            source = f"{document.rpartition('/')[0]}/{ROWS}"
            self._tables.copy_from(self._processed.name, source, f"{folder}{version}/{ROWS}")
        except ObjectMissing as error:
            raise TransientError(f"The files of {key} are gone; its record will say so.") from error
        location = f"s3://{self._tables.name}/{folder}{version}/"
        self._catalog.put(
            database,
            table_input(table, location, profile["columns"], owner=owner, key=key, version=version),
        )
        for stored in self._tables.objects(folder):
            # Not those of a newer version: another run is about to lead to them.
            if stored.key < f"{folder}{version}/":
                self._tables.delete(stored.key)

    def remove(self, owner: str, key: str) -> None:
        """Let a table not be asked any more; most files never were one.

        The entry goes last: whoever is interrupted finds it again.
        """
        database, table = database_of(self._prefix, owner), table_of(key)
        if self._catalog.has(database, table):
            for stored in self._tables.objects(_folder(database, table)):
                self._tables.delete(stored.key)
            self._catalog.delete(database, table)

    def entries(self) -> Iterator[tuple[str, str]]:
        """The owner and the key of all tables that can be asked."""
        for database in self._catalog.databases():
            if database.startswith(f"{self._prefix}_"):
                for table in self._catalog.tables(database):
                    told: dict[str, Any] = table.get("Parameters", {})
                    if OWNER in told:
                        yield told[OWNER], told[FILE]


def _folder(database: str, table: str) -> str:
    return f"tables/{database}/{table}/"
