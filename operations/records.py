"""The records of a deployment, read from the first to the last."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from darkroom.aws.dynamodb import Key, Table

PAGE = 100  # as many items as BatchGetItem reads


def pages_of(table: Table[Any]) -> Iterator[list[Any]]:
    """All items of a table of the records, some at a time."""
    after: Key | None = None
    while True:
        items, after = table.scan(PAGE, after)
        yield items
        if after is None:
            return
