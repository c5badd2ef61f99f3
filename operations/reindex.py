"""`make reindex [OWNER=…]`: have indexes made anew from the records.

What is in an index is found meanwhile. Indexes of a format before this release's are of no use to
anybody, and go, and so do parts that no index has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from darkroom.aws.s3 import Bucket
from darkroom.search import FORMAT
from darkroom.search.engine import IndexUnreadable
from darkroom.search.messages import request_to_rebuild
from darkroom.search.parts import names_of_parts
from darkroom.search.store import Store

from operations.arguments import Arguments
from operations.aws_errors import explained
from operations.command import CommandError, run_command
from operations.deployment import find_deployment
from operations.owners import keys_of_indexes, owners
from operations.screen import console
from operations.search_stack import SearchStack

_BATCH = 10  # messages in a request to SQS
_YOUNG = timedelta(hours=1)


@explained()
def main() -> int:
    """Ask for it, and say for how many owners."""
    arguments = Arguments.of_environment()
    search = SearchStack.find(find_deployment(), arguments)
    console.print(f"Reindex in {search.where}")
    count = ask(search, owners(search, arguments))
    if not arguments.text("OWNER"):
        if removed := remove_outdated(search):
            console.print(f"  {removed} indexes of another format removed")
        if removed := remove_unnamed(search):
            console.print(f"  {removed} parts that no index has removed")
    console.print(
        f"[green]✓ {count} indexes will be made anew[/]; when they are: make search-check"
    )
    return 0


def ask(search: SearchStack, names: Iterator[str]) -> int:
    """Ask for the indexes of these owners; how many they are.

    Raises:
        CommandError: the queue did not take a message.
    """
    count, batch = 0, list[str]()
    for name in names:
        count += 1
        batch.append(name)
        if len(batch) == _BATCH:
            _send(search, batch)
            batch = []
    if batch:
        _send(search, batch)
    return count


def remove_outdated(search: SearchStack) -> int:
    """Remove the indexes of other formats; how many they were."""
    outdated = [key for key in keys_of_indexes(search) if not key.startswith(f"{search.format}/")]
    for key in outdated:
        search.deployment.client("s3").delete_object(Bucket=search.bucket, Key=key)
    return len(outdated)


def remove_unnamed(search: SearchStack) -> int:
    """Remove parts that no index has, of runs that were killed; how many they were."""
    s3 = search.deployment.client("s3")
    store, removed = Store(s3, search.bucket), 0
    young = datetime.now(UTC) - _YOUNG
    parts: dict[str, list[str]] = defaultdict(list)
    for stored in Bucket(s3, search.bucket).objects(f"{FORMAT}/"):
        _, owner, name, *rest = stored.key.split("/")
        if rest and stored.modified < young:  # it is not being written
            parts[owner].append(name)
    for owner, names in parts.items():
        with suppress(IndexUnreadable):  # it is made anew
            for name in set(names) - names_of_parts(store, owner):
                store.delete_part(owner, name)
                removed += 1
    return removed


def _send(search: SearchStack, names: Sequence[str]) -> None:
    answer = search.deployment.client("sqs").send_message_batch(
        QueueUrl=search.queue_url,
        Entries=[
            {"Id": str(number), "MessageBody": request_to_rebuild(name)}
            for number, name in enumerate(names)
        ],
    )
    if failed := answer.get("Failed"):
        raise CommandError(f"the queue of {search.where} takes no message: {failed[0]['Message']}")


if __name__ == "__main__":
    run_command(main)
