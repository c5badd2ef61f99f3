"""`make catalogue-check`: compare the catalogue with the records, exactly. It changes nothing."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

from darkroom.catalogue.store import Store

from operations.arguments import Arguments
from operations.catalogue_stack import CatalogueStack
from operations.command import run_command
from operations.comparison import Comparison
from operations.database_errors import database_explained
from operations.deployment import find_deployment
from operations.queues import depth
from operations.screen import console, shorten

_SHOWN = 50
_GRACE_SECONDS = 60


@database_explained()
def main() -> int:
    """The exit status: 1 if something differs."""
    arguments = Arguments.of_environment()
    grace = arguments.number("GRACE", _GRACE_SECONDS, least=0, most=604_800)
    catalogue = CatalogueStack.find(find_deployment(), arguments)
    console.print(f"Check of {catalogue.where}; what ended {grace:g} s ago may be on its way")
    count = 0
    with closing(catalogue.store()) as store:
        comparison = compare(catalogue, store, grace=timedelta(seconds=grace))
        for count, difference in enumerate(comparison.run(), start=1):
            if count <= _SHOWN:
                name = shorten("/".join(difference.key), 120)
                console.print(f"[red]✕[/] {difference.table}: {name} {difference.what}")
    if count > _SHOWN:
        console.print(f"[red]✕[/] and {count - _SHOWN} more")
    for table, rows in comparison.result.rows.items():
        console.print(f"  {table:<14} {rows} rows")
    console.print(f"  in progress    {comparison.result.in_progress}")
    waiting = depth(catalogue.deployment, catalogue.outputs["CatalogueQueueUrl"])
    console.print(f"  messages       {waiting} on their way")
    if not count:
        console.print("[green]✓ the catalogue is what the records say[/]")
    return 1 if count else 0


def compare(catalogue: CatalogueStack, store: Store, *, grace: timedelta) -> Comparison:
    """The comparison of a catalogue with the records of its main stack."""
    deployment = catalogue.deployment
    return Comparison(
        store,
        deployment.client("dynamodb"),
        images_table=deployment.output("ImagesTableName"),
        notifications_table=deployment.output("NotificationsTableName"),
        grace=grace,
    )


if __name__ == "__main__":
    run_command(main)
