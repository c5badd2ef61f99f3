"""The queues of a stack and those beside it, and reading messages without removing them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from operations.beside import KINDS, outputs_beside
from operations.command import CommandError
from operations.deployment import Deployment

DELIVERY = "delivery"  # dead letters of topics, for messages that no queue accepted
_DEAD, _WORK = "DeadLetterQueueUrl", "QueueUrl"
_HIDDEN_SECONDS = 60  # how long a message stays hidden if this process is killed
_BATCH = 10  # the most messages in a request to SQS


@dataclass(frozen=True)
class WorkQueue:
    """A function's queue and its dead letter queue; `url` is empty for DELIVERY."""

    function: str
    url: str
    dead_letters_url: str


@dataclass(frozen=True)
class Message:
    """A received message: hidden from other readers until it is released or deleted."""

    id: str
    receipt: str
    body: str
    sent_at: float
    attributes: dict[str, Any]


def work_queues(deployment: Deployment, function: str = "") -> list[WorkQueue]:
    """The queues that have a dead letter queue: all of them, or that of one function.

    Those of the stacks beside it are among them.

    Raises:
        CommandError: the stack has no such function, or no such queue at all.
    """
    if not any(name.endswith(_DEAD) for name in deployment.outputs):
        deployment.output("ThumbnailDeadLetterQueueUrl")
    outputs = dict(deployment.outputs)
    for kind in KINDS:
        outputs |= outputs_beside(deployment, kind) or {}
    found = {
        name.removesuffix(_DEAD).lower(): WorkQueue(
            name.removesuffix(_DEAD).lower(),
            outputs.get(name.removesuffix(_DEAD) + _WORK, ""),
            url,
        )
        for name, url in sorted(outputs.items())
        if name.endswith(_DEAD)
    }
    if not function:
        return list(found.values())
    if function.lower() not in found:
        raise CommandError(f"FUNCTION={function} is none of {', '.join(found)}")
    return [found[function.lower()]]


def depth(deployment: Deployment, url: str) -> int:
    """About how many messages a queue holds: waiting, delayed or being processed."""
    names = ["", "NotVisible", "Delayed"]
    answer = deployment.client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=[f"ApproximateNumberOfMessages{name}" for name in names]
    )
    return sum(int(value) for value in answer["Attributes"].values())


def arn(deployment: Deployment, url: str) -> str:
    """The ARN of a queue."""
    answer = deployment.client("sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["QueueArn"]
    )
    return str(answer["Attributes"]["QueueArn"])


def look_through(deployment: Deployment, url: str, *, at_most: int = 10_000) -> Iterator[Message]:
    """Every visible message of a queue, each once.

    Messages that were not deleted become visible again when the iterator is closed.
    """
    sqs = deployment.client("sqs")
    seen: dict[str, str] = {}
    try:
        while len(seen) < at_most:
            answer = sqs.receive_message(
                QueueUrl=url,
                MaxNumberOfMessages=_BATCH,
                VisibilityTimeout=_HIDDEN_SECONDS,
                WaitTimeSeconds=1,  # a short poll does not ask all of SQS's servers
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
        # A message that was deleted meanwhile is an entry of the answer; nothing is raised.
        sqs.change_message_visibility_batch(
            QueueUrl=url,
            Entries=[
                {"Id": str(index), "ReceiptHandle": receipt, "VisibilityTimeout": 0}
                for index, receipt in enumerate(receipts[start : start + _BATCH])
            ],
        )
