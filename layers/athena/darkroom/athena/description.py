"""What Glue is told of a table: where its rows are and what its columns are called.

The columns are those of the Parquet file in their order (`parquet.column.index.access`), so a
column may be called otherwise than in the file
(https://docs.aws.amazon.com/athena/latest/ug/handling-schema-updates-chapter.html).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from darkroom.athena.names import columns_of
from darkroom.printable import one_line

# By what the profile calls a type; layers/tables/darkroom/tables/types.py says what is in the file.
_TYPES = {
    "boolean": "boolean",
    "integer": "bigint",
    "decimal": "double",
    "date": "date",
    "datetime": "timestamp",
    "text": "string",
}
_MOST_COMMENT_BYTES = 255  # https://docs.aws.amazon.com/glue/latest/webapi/API_Column.html
# What an entry holds beside what Athena needs: whose it is, and what it was made of.
OWNER, FILE, VERSION = "darkroom.owner", "darkroom.file", "darkroom.version"


def table_input(
    name: str,
    location: str,
    columns: Sequence[Mapping[str, Any]],
    *,
    owner: str,
    key: str,
    version: str,
) -> dict[str, Any]:
    """The table as Glue takes it; `columns` are those of the profile."""
    told = columns_of(str(column["name"]) for column in columns)
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {
            "classification": "parquet",
            "EXTERNAL": "TRUE",
            OWNER: owner,
            FILE: key,
            VERSION: version,
        },
        "StorageDescriptor": {
            "Columns": [
                {
                    "Name": column_name,
                    "Type": _TYPES.get(str(column["type"]), "string"),
                    "Comment": _comment(str(column["name"])),
                }
                for column_name, column in zip(told, columns, strict=True)
            ],
            "Location": location,
            "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
            "SerdeInfo": {
                "SerializationLibrary": (
                    "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
                ),
                "Parameters": {"parquet.column.index.access": "true"},
            },
        },
    }


def _comment(name: str) -> str:
    """What the file calls a column, in one line and no longer than Glue takes it."""
    return one_line(name).encode()[:_MOST_COMMENT_BYTES].decode(errors="ignore")
