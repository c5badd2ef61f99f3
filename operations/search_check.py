"""`make search-check`: compare the indexes with the records, exactly. It changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from botocore.credentials import Credentials
from darkroom.aws.dynamodb import Table
from darkroom.search.opensearch.client import Client
from darkroom.search.opensearch.states import States
from darkroom.search.records import Records
from darkroom.search.store import Store

from operations.arguments import Arguments
from operations.aws_errors import explained
from operations.command import run_command
from operations.deployment import find_deployment
from operations.index_comparison import Difference, IndexComparison
from operations.owners import owners
from operations.part_comparison import PartComparison
from operations.queues import depth
from operations.screen import console, shorten
from operations.search_stack import SearchStack

if TYPE_CHECKING:
    from darkroom.model import ImageItem

_SHOWN = 50
_GRACE_SECONDS = 120


@explained()
def main() -> int:
    """The exit status: 1 if something differs."""
    arguments = Arguments.of_environment()
    grace = arguments.number("GRACE", _GRACE_SECONDS, least=0, most=604_800)
    search = SearchStack.find(find_deployment(), arguments)
    console.print(f"Check of {search.where}; what ended {grace:g} s ago may be on its way")
    comparison = comparison_of(search)
    count = owner_count = young = 0
    with console.status("Reading …") as status:
        for owner_count, owner in enumerate(owners(search, arguments), start=1):
            found = checked(comparison, owner)
            told = [each for each in found if not _is_young(search, each, timedelta(seconds=grace))]
            young += len(found) - len(told)
            for difference in told:
                count += 1
                if count <= _SHOWN:
                    name = f"users/{difference.owner}/{difference.path}"
                    console.print(f"[red]✕[/] {shorten(name, 120)} {difference.what}")
            status.update(f"{owner_count} indexes …")
    if count > _SHOWN:
        console.print(f"[red]✕[/] and {count - _SHOWN} more")
    console.print(f"  owners         {owner_count}")
    console.print(f"  documents      {comparison.documents}")
    console.print(f"  on their way   {young}")
    console.print(f"  messages       {depth(search.deployment, search.queue_url)}")
    if not count:
        console.print("[green]✓ the indexes are what the records say[/]")
    return 1 if count else 0


class Comparison(Protocol):
    """Compares what answers owners with their records."""

    @property
    def documents(self) -> int:
        """How many documents there have to be of those who were compared."""

    def differences(self, owner: str) -> set[Difference]:
        """How what answers an owner differs from what the records say."""


def comparison_of(search: SearchStack) -> Comparison:
    """The comparison of what answers a search's owners with the records of its main stack."""
    deployment = search.deployment
    dynamodb, s3 = deployment.client("dynamodb"), deployment.client("s3")
    images = deployment.output("ImagesTableName")
    processed = deployment.output("ProcessedBucketName")
    if search.is_opensearch:
        client = Client(
            search.outputs["SearchEndpoint"],
            read_seconds=60,
            attempts=4,
            # A node beside a local cloud looks at none.
            credentials=None if deployment.endpoint is None else Credentials("local", "local"),
        )
        records = Records(dynamodb, s3, images_table=images, processed_bucket=processed)
        return PartComparison(client, States(s3, search.bucket), records)
    store = Store(s3, search.bucket)
    return IndexComparison(store, dynamodb, s3, images_table=images, processed_bucket=processed)


def checked(comparison: Comparison, owner: str) -> list[Difference]:
    """How an owner's index differs: what does so twice, for either may change meanwhile."""
    found = comparison.differences(owner)
    return sorted(found & comparison.differences(owner)) if found else []


def _is_young(search: SearchStack, difference: Difference, grace: timedelta) -> bool:
    """Whether a file has ended so lately that the index may not have it."""
    if not difference.path:
        return False
    deployment = search.deployment
    table: Table[ImageItem] = Table(
        deployment.client("dynamodb"), deployment.output("ImagesTableName")
    )
    key = f"users/{difference.owner}/{difference.path}"
    item = table.get({"identity_id": difference.owner, "image": key})
    ended = item.get("finished_at") if item is not None else None
    return ended is not None and datetime.fromisoformat(ended) > datetime.now(UTC) - grace


if __name__ == "__main__":
    run_command(main)
