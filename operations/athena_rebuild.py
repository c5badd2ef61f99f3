"""`make athena-rebuild`: describe all tables in Glue from the records, and forget all others.

It may be interrupted and run again, and messages may arrive meanwhile: whatever is newer stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from darkroom.athena.feed import can_be_asked
from darkroom.aws.dynamodb import Table
from darkroom.errors import TransientError

from operations.arguments import Arguments
from operations.athena_stack import AthenaStack
from operations.aws_errors import explained
from operations.command import run_command
from operations.deployment import find_deployment
from operations.records import pages_of
from operations.screen import console, shorten

if TYPE_CHECKING:
    from darkroom.model import ImageItem


@explained()
def main() -> int:
    """Describe them, and say how many; what could not be, comes to its end by a message."""
    athena = AthenaStack.find(find_deployment(), Arguments.of_environment())
    console.print(f"Describing tables in {athena.where}")
    described, left = 0, 0
    with console.status("Describing …") as status:
        for key, is_done in rebuild(athena):
            described, left = described + is_done, left + (not is_done)
            if not is_done:
                console.print(f"  its record is about to change: {shorten(key, 200)}")
            status.update(f"{described} files …")
    console.print(f"[green]✓ {described} files are as their records say[/]")
    return 1 if left else 0


def rebuild(athena: AthenaStack) -> Iterator[tuple[str, bool]]:
    """Bring every table that there is or should be up to its record: its key, and whether it is."""
    deployment = athena.deployment
    images: Table[ImageItem] = Table(
        deployment.client("dynamodb"), deployment.output("ImagesTableName")
    )
    shelf, seen = athena.shelf, set[str]()
    feed = athena.feed(shelf)

    def bring(owner: str, key: str) -> bool:
        seen.add(key)
        try:
            feed.bring(owner, key)
        except TransientError:
            return False
        return True

    for items in pages_of(images):
        for item in filter(can_be_asked, items):
            yield item["image"], bring(item["identity_id"], item["image"])
    for owner, key in list(shelf.entries()):
        if key not in seen:
            yield key, bring(owner, key)


if __name__ == "__main__":
    run_command(main)
