"""SQS moves the messages of a dead letter queue back to their sources: message move tasks.

As on AWS (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/
API_StartMessageMoveTask.html): one task at a time for a queue, at the pace asked for; a moved
message is a new one, with an identity and a time of its own; a message that somebody is looking at
stays. MiniStack lacks the three actions. Obsolete once StartMessageMoveTask is no InvalidAction.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

_PAUSE_SECONDS = 0.05
_FASTEST = 500  # messages a second, as AWS allows at most
_KEPT = 10  # finished tasks that ListMessageMoveTasks can tell of

Queue = dict[str, Any]


def apply() -> None:
    """Add StartMessageMoveTask, ListMessageMoveTasks and CancelMessageMoveTask."""
    sqs = importlib.import_module("ministack.services.sqs")
    moves = MessageMoves(
        find=sqs._queue_by_arn,
        queues=lambda: [queue for _, queue in list(sqs._queues.all_items())],
        refuse=sqs._Err,
        wake=sqs.esm_wake.set,
        lock=sqs._queues_lock,
    )
    sqs._HANDLERS.update(
        StartMessageMoveTask=moves.start,
        ListMessageMoveTasks=moves.list,
        CancelMessageMoveTask=moves.cancel,
    )


@dataclass
class _Move:
    source: str
    destination: str | None
    per_second: int
    to_move: int
    handle: str = field(default_factory=lambda: str(uuid.uuid4()))
    started: float = field(default_factory=time.time)
    moved: int = 0
    status: str = "RUNNING"


class MessageMoves:
    """The three actions, as MiniStack's dispatcher calls them: with the request and a URL.

    `find` gives a queue by its ARN or None, `queues` all of them, `refuse` makes the exception
    that becomes an error answer, `wake` tells pollers that a message has arrived, and whoever
    touches a queue's messages holds `lock`.
    """

    def __init__(
        self,
        *,
        find: Callable[[str], Queue | None],
        queues: Callable[[], Iterable[Queue]],
        refuse: Callable[[str, str], Exception],
        wake: Callable[[], None],
        lock: AbstractContextManager[Any],
    ) -> None:
        self._find = find
        self._queues = queues
        self._refuse = refuse
        self._wake = wake
        self._lock = lock
        self._moves: list[_Move] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, request: dict[str, Any], _url: str) -> dict[str, Any]:
        """StartMessageMoveTask."""
        arn = str(request.get("SourceArn", ""))
        source = self._queue(arn)
        if not any(arn == _dead_letter_arn(queue) for queue in self._queues()):
            raise self._refuse(
                "InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue."
            )
        if any(move.source == arn and move.status == "RUNNING" for move in self._moves):
            raise self._refuse(
                "UnsupportedOperation", "There is already a task running for the source queue."
            )
        destination = request.get("DestinationArn")
        if destination is not None:
            self._queue(destination)
        move = _Move(
            arn,
            destination,
            int(request.get("MaxNumberOfMessagesPerSecond") or _FASTEST),
            len(source["messages"]),
        )
        self._moves.append(move)
        task = asyncio.get_running_loop().create_task(self._run(move, source))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return {"TaskHandle": move.handle}

    def list(self, request: dict[str, Any], _url: str) -> dict[str, Any]:
        """ListMessageMoveTasks: newest first."""
        arn = str(request.get("SourceArn", ""))
        self._queue(arn)
        wanted = [move for move in reversed(self._moves) if move.source == arn][:_KEPT]
        return {"Results": [_told(move) for move in wanted[: int(request.get("MaxResults") or 1)]]}

    def cancel(self, request: dict[str, Any], _url: str) -> dict[str, Any]:
        """CancelMessageMoveTask."""
        for move in self._moves:
            if move.handle == request.get("TaskHandle") and move.status == "RUNNING":
                move.status = "CANCELLED"
                return {"ApproximateNumberOfMessagesMoved": move.moved}
        raise self._refuse("ResourceNotFoundException", "The task is not running.")

    async def _run(self, move: _Move, source: Queue) -> None:
        while move.status == "RUNNING":
            due = int((time.time() - move.started) * move.per_second) + 1 - move.moved
            with self._lock:
                ready = [m for m in source["messages"] if m.get("visible_at", 0) <= time.time()]
                for message in ready[:due]:
                    self._move(message, source, move)
            if not ready:
                move.status = "COMPLETED"
                return
            await asyncio.sleep(_PAUSE_SECONDS)

    def _move(self, message: dict[str, Any], source: Queue, move: _Move) -> None:
        origin = message.get("sys", {}).get("DeadLetterQueueSourceArn")
        target = self._find(move.destination or origin or "")
        if target is None:
            move.status = "FAILED"
            return
        now = time.time()
        source["messages"].remove(message)
        told = {k: v for k, v in message["sys"].items() if k != "DeadLetterQueueSourceArn"}
        target["messages"].append(
            message
            | {
                "id": str(uuid.uuid4()),
                "sent_at": now,
                "visible_at": now,
                "receive_count": 0,
                "first_receive_at": None,
                "receipt_handle": None,
                "sys": told | {"SentTimestamp": str(int(now * 1000))},
            }
        )
        move.moved += 1
        self._wake()

    def _queue(self, arn: str) -> Queue:
        queue = self._find(arn)
        if queue is None:
            raise self._refuse(
                "ResourceNotFoundException", "The resource that you specified doesn't exist."
            )
        return queue


def _dead_letter_arn(queue: Queue) -> str:
    policy = queue["attributes"].get("RedrivePolicy")
    return str(json.loads(policy).get("deadLetterTargetArn", "")) if policy else ""


def _told(move: _Move) -> dict[str, Any]:
    told: dict[str, Any] = {
        "SourceArn": move.source,
        "Status": move.status,
        "MaxNumberOfMessagesPerSecond": move.per_second,
        "ApproximateNumberOfMessagesMoved": move.moved,
        "ApproximateNumberOfMessagesToMove": move.to_move,
        "StartedTimestamp": int(move.started * 1000),
    }
    if move.status == "RUNNING":
        told["TaskHandle"] = move.handle
    if move.destination is not None:
        told["DestinationArn"] = move.destination
    if move.status == "FAILED":
        told["FailureReason"] = "CouldNotDetermineMessageSource"
    return told
