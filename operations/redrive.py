"""`make redrive [FUNCTION=…] [KEY=…] [DRY_RUN=1]`: send dead letters back to their queues."""

from __future__ import annotations

import time
from dataclasses import dataclass

from darkroom.pipeline.events import MalformedMessage, object_events
from darkroom.pipeline.receipts import receipt_in
from darkroom.pipeline.relay import publish

from operations.arguments import Arguments
from operations.aws_errors import explained
from operations.command import CommandError, run_command
from operations.dead_letters import DeadLetter, dead_letters, is_of_login
from operations.deployment import Deployment, find_deployment
from operations.queues import DELIVERY, WorkQueue, arn, depth, work_queues
from operations.screen import console, shorten

_POLL_SECONDS = 0.5
_WATCH_SECONDS = 30  # how long to watch what the functions make of them


@dataclass(frozen=True)
class Redriven:
    """How many dead letters a queue had, and how many of them were sent back."""

    queue: WorkQueue
    found: int
    moved: int


@explained()
def main() -> int:
    """The exit status, after sending dead letters back: 1 if some stayed or came back."""
    arguments = Arguments.of_environment()
    key, dry = arguments.text("KEY"), arguments.flag("DRY_RUN")
    deployment = find_deployment()
    queues = work_queues(deployment, arguments.text("FUNCTION"))
    console.print(f"Redrive in {deployment.where}" + (" (dry run)" if dry else ""))
    if dry:
        return _show_what_would_go(deployment, queues, key)
    results = [redrive(deployment, queue, key) for queue in queues]
    if key and not any(result.found for result in results):
        raise CommandError(f"no dead letter is about KEY={key}: `make dlq` shows all")
    for result in results:
        if result.found:
            console.print(f"  {result.queue.function}: {result.moved} of {result.found} sent back")
    if not any(result.found for result in results):
        console.print("[green]there are no dead letters[/]")
        return 0
    return _watch(deployment, results)


def redrive(deployment: Deployment, queue: WorkQueue, key: str = "") -> Redriven:
    """Send dead letters back to a queue: all of them, or those about one upload."""
    if key or queue.function == DELIVERY:
        return _one_by_one(deployment, queue, key)
    return _all(deployment, queue)


def _all(deployment: Deployment, queue: WorkQueue) -> Redriven:
    found = depth(deployment, queue.dead_letters_url)
    if not found:
        return Redriven(queue, 0, 0)
    sqs, source = deployment.client("sqs"), arn(deployment, queue.dead_letters_url)
    # Named, for what a topic could not deliver has no queue that it came from.
    sqs.start_message_move_task(SourceArn=source, DestinationArn=arn(deployment, queue.url))
    while True:
        task = sqs.list_message_move_tasks(SourceArn=source, MaxResults=1)["Results"][0]
        moved = int(task.get("ApproximateNumberOfMessagesMoved", 0))
        if task["Status"] == "RUNNING":
            time.sleep(_POLL_SECONDS)
            continue
        if task["Status"] != "COMPLETED":
            raise CommandError(
                f"SQS stopped moving {queue.function}'s dead letters after {moved}: "
                f"{task.get('FailureReason', task['Status'])}; run it again, or with KEY=…"
            )
        return Redriven(queue, max(found, moved), moved)


def _one_by_one(deployment: Deployment, queue: WorkQueue, key: str) -> Redriven:
    moved = 0
    for dead_letter in dead_letters(deployment, queue):
        if key and dead_letter.image != key:
            continue
        _send_back(deployment, dead_letter)
        # Deleted last: a crash before this leaves the message twice, and every effect happens once.
        deployment.client("sqs").delete_message(
            QueueUrl=queue.dead_letters_url, ReceiptHandle=dead_letter.message.receipt
        )
        moved += 1
    return Redriven(queue, moved, moved)


def _send_back(deployment: Deployment, dead_letter: DeadLetter) -> None:
    body = dead_letter.message.body
    topic = _topic_of(deployment, dead_letter) if dead_letter.queue.function == DELIVERY else None
    if topic is not None:
        publish(deployment.client("sns"), topic, body, key=dead_letter.image)
        return
    # The notifications topic delivers to cleanup; publishing again would notify people twice.
    receiver = "IntroduceQueueUrl" if is_of_login(body) else "CleanupQueueUrl"
    url = dead_letter.queue.url or deployment.output(receiver)
    attributes = {
        name: {k: v for k, v in value.items() if k in ("DataType", "StringValue", "BinaryValue")}
        for name, value in dead_letter.message.attributes.items()
    }
    deployment.client("sqs").send_message(
        QueueUrl=url, MessageBody=body, MessageAttributes=attributes
    )


def _topic_of(deployment: Deployment, dead_letter: DeadLetter) -> str | None:
    """The topic that could not deliver an event or a receipt; None for other messages."""
    if receipt_in(dead_letter.message.body) is not None:
        return deployment.output("ProcessedTopicArn")
    try:
        event = object_events(dead_letter.message.body)[0]
    except MalformedMessage:
        return None
    if event.bucket == deployment.output("ProcessedBucketName"):
        return deployment.output("ProcessedTopicArn")
    created = event.kind == "created"
    return deployment.output("UploadsTopicArn" if created else "RemovalsTopicArn")


def _show_what_would_go(deployment: Deployment, queues: list[WorkQueue], key: str) -> int:
    total = 0
    for queue in queues:
        for dead_letter in dead_letters(deployment, queue):
            if not key or dead_letter.image == key:
                total += 1
                console.print(
                    f"  {queue.function}: {shorten(dead_letter.image or dead_letter.reason, 100)}"
                )
    if key and not total:
        raise CommandError(f"no dead letter is about KEY={key}: `make dlq` shows all")
    console.print(f"{total} would be sent back; nothing was done")
    return 0


def _watch(deployment: Deployment, results: list[Redriven]) -> int:
    """Wait for the functions a little, then print how many messages wait or are dead again."""
    moved = [result.queue for result in results if result.moved and result.queue.url]
    deadline = time.monotonic() + _WATCH_SECONDS
    with console.status("Waiting for the functions …"):
        while time.monotonic() < deadline and any(depth(deployment, q.url) for q in moved):
            time.sleep(_POLL_SECONDS)
    waiting = sum(depth(deployment, queue.url) for queue in moved)
    dead = sum(depth(deployment, result.queue.dead_letters_url) for result in results)
    if waiting:
        console.print(
            f"[yellow]{waiting} still wait or are being processed[/]: look again with make dlq"
        )
    if dead:
        console.print(f"[red]{dead} are dead letters[/]: make dlq says why")
    if not waiting and not dead:
        console.print("[green]all were processed, and no dead letter is left[/]")
    return 1 if waiting or dead else 0


if __name__ == "__main__":
    run_command(main)
