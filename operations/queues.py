"""The stack's queues, and reading what lies in one without taking it away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from operations.command import CommandError
from operations.deployment import Deployment

DELIVERY = "delivery"  # where topics leave what no queue took; no function works it off
_DEAD, _WORK = "DeadLetterQueueUrl", "QueueUrl"
_HIDDEN_SECONDS = 60  # how long a message that is looked at stays hidden, should we be killed
_BATCH = 10  # SQS gives and takes no more at a time


@dataclass(frozen=True)
class WorkQueue:
    """A function's queue and its dead letter queue; `url` is empty for DELIVERY."""

    function: str
    url: str
    dead_letters_url: str


@dataclass(frozen=True)
class Message:
    """A message as it was received: hidden from others until it is released or deleted."""

    id: str
    receipt: str
    body: str
    sent_at: float
    attributes: dict[str, Any]


def work_queues(deployment: Deployment, function: str = "") -> list[WorkQueue]:
    """All queues with dead letters, by function, or that of one function.

    Raises:
        CommandError: the stack has no such function, or none at all.
    """
    found = {
        name.removesuffix(_DEAD).lower(): WorkQueue(
            name.removesuffix(_DEAD).lower(),
            deployment.outputs.get(name.removesuffix(_DEAD) + _WORK, ""),
            url,
        )
        for name, url in sorted(deployment.outputs.items())
        if name.endswith(_DEAD)
    }
    if not found:
        deployment.output("ThumbnailDeadLetterQueueUrl")
    if not function:
        return list(found.values())
    if function.lower() not in found:
        raise CommandError(f"FUNCTION={function} is none of {', '.join(found)}")
    return [found[function.lower()]]


def depth(deployment: Deployment, url: str) -> int:
    """How many messages a queue holds, about: waiting, delayed or being worked on."""
    names = ["", "NotVisible", "Delayed"]
    answer = deployment.client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=[f"ApproximateNumberOfMessages{name}" for name in names]
    )
    return sum(int(value) for value in answer["Attributes"].values())


def arn(deployment: Deployment, url: str) -> str:
    """A queue's ARN."""
    answer = deployment.client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["QueueArn"]
    )
    return str(answer["Attributes"]["QueueArn"])


def look_through(deployment: Deployment, url: str, *, at_most: int = 10_000) -> Iterator[Message]:
    """Every message of a queue that nobody else is looking at, each once.

    What was not deleted is visible to others again as soon as the iterator is closed.
    """
    sqs = deployment.client("sqs")
    seen: dict[str, str] = {}
    try:
        while len(seen) < at_most:
            answer = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=_BATCH,
                VisibilityTimeout=_HIDDEN_SECONDS,
                WaitTimeSeconds=1,  # asks all of SQS's servers: a short poll may miss messages
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
            fresh = [m for m in answer.get("Messages", []) if m["MessageId"] not in seen]
            if not fresh:
                return
            seen.update({m["MessageId"]: m["ReceiptHandle"] for m in fresh})
            for message in fresh:
                yield Message(
                    message["MessageId"],
                    message["ReceiptHandle"],
                    message["Body"],
                    int(message["Attributes"]["SentTimestamp"]) / 1000,
                    message.get("MessageAttributes", {}),
                )
    finally:
        _release(sqs, url, list(seen.values()))


def _release(sqs: Any, url: str, receipts: list[str]) -> None:
    for start in range(0, len(receipts), _BATCH):
        # One that was deleted meanwhile is reported as failed in the answer; nothing is raised.
        sqs.change_message_visibility_batch(
            QueueUrl=url,
            Entries=[
                {"Id": str(index), "ReceiptHandle": receipt, "VisibilityTimeout": 0}
                for index, receipt in enumerate(receipts[start : start + _BATCH])
            ],
        )
