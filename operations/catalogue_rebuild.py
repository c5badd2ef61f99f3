"""`make catalogue-rebuild`: fill the catalogue from the records; with EMPTY=1, empty it before.

It may be interrupted and run again, and messages may arrive meanwhile: whatever is newer stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import chain
from typing import TYPE_CHECKING, Any

from darkroom.aws.dynamodb import Table
from darkroom.catalogue.rows import Unstorable, ended, notification
from darkroom.pipeline.join import has_ended

from operations.arguments import Arguments
from operations.catalogue_stack import CatalogueStack
from operations.command import run_command
from operations.database_errors import database_explained
from operations.deployment import find_deployment
from operations.records import pages_of
from operations.screen import console

if TYPE_CHECKING:
    from darkroom.catalogue.store import Store
    from darkroom.model import ImageItem, NotificationItem


@database_explained()
def main() -> int:
    """Write everything, and say how much."""
    arguments = Arguments.of_environment()
    catalogue = CatalogueStack.find(find_deployment(), arguments)
    console.print(f"Rebuilding {catalogue.where}")
    with console.status("Writing …") as status:
        read = 0
        for read in rebuild(catalogue, empty=arguments.flag("EMPTY")):
            status.update(f"{read} records …")
    console.print(f"[green]✓ {read} records are in it[/]; `make catalogue-check` compares them")
    return 0


def rebuild(catalogue: CatalogueStack, *, empty: bool) -> Iterator[int]:
    """Write all records; yields how many were read so far."""
    read = 0
    with closing(catalogue.store()) as store:
        if empty:
            store.empty()
        for count in chain(_images(catalogue, store), _notifications(catalogue, store)):
            read += count
            yield read


def _images(catalogue: CatalogueStack, store: Store) -> Iterator[int]:
    table: Table[ImageItem] = _table(catalogue, "Images")
    for items in pages_of(table):
        ends = []
        for item in filter(has_ended, items):
            with suppress(Unstorable):
                ends.append(ended(item))
        store.write(ends)
        yield len(ends)


def _notifications(catalogue: CatalogueStack, store: Store) -> Iterator[int]:
    table: Table[NotificationItem] = _table(catalogue, "Notifications")
    for items in pages_of(table):
        rows = []
        for item in items:
            # Before there was a table for answers, owners could make items there, without a kind.
            with suppress(Unstorable):
                rows += [notification(item)] if "kind" in item else []
        store.tell(rows)
        yield len(rows)


def _table(catalogue: CatalogueStack, name: str) -> Table[Any]:
    deployment = catalogue.deployment
    return Table(deployment.client("dynamodb"), deployment.output(f"{name}TableName"))


if __name__ == "__main__":
    run_command(main)
