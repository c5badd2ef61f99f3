"""`make reindex [OWNER=…]`: have indexes made anew from the records.

What is in an index is found meanwhile. Indexes of a format before this release's are of no use to
anybody, and go.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from darkroom.search.messages import request_to_rebuild

from operations.arguments import Arguments
from operations.aws_errors import explained
from operations.command import CommandError, run_command
from operations.deployment import find_deployment
from operations.owners import keys_of_indexes, owners
from operations.screen import console
from operations.search_stack import SearchStack

_BATCH = 10  # messages in a request to SQS


@explained()
def main() -> int:
    """Ask for it, and say for how many owners."""
    arguments = Arguments.of_environment()
    search = SearchStack.find(find_deployment(), arguments)
    console.print(f"Reindex in {search.where}")
    count = ask(search, owners(search, arguments))
    removed = 0 if arguments.text("OWNER") else remove_outdated(search)
    if removed:
        console.print(f"  {removed} indexes of another format removed")
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
