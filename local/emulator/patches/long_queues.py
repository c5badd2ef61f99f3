"""A queue of thousands of messages holds nobody up: it is looked through where that is due.

SQS takes no longer for a message of a long queue than for one of a short queue. Whenever messages
are received, MiniStack looks at all of a queue to find those that were kept too long, and again to
find those that were received too often, and writes the others into a new list: with 2,000 files
waiting in eight queues most of its time went there, and every request waited. Here a queue's
retention, which is a minute at least, is looked at once a second; and a queue is swept where a
message came back. What is handed out is for `fair_queues` to find, in one look. Obsolete once
`make flood` prints the same without it.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from typing import Any

EVERY_SECONDS = 1.0

Queue = dict[str, Any]
Look = Callable[[Queue], None]


def apply() -> None:
    """Look through a queue less often."""
    sqs = importlib.import_module("ministack.services.sqs")
    vars(sqs)["_expire_retained"] = now_and_then(sqs._expire_retained)
    vars(sqs)["_dlq_sweep"] = if_some_came_back(sqs._dlq_sweep)


def now_and_then(expire: Look) -> Look:
    """What drops messages that were kept too long, once a second for each queue."""
    last: dict[str, float] = {}

    def look(queue: Queue) -> None:
        arn, now = queue["attributes"]["QueueArn"], time.monotonic()
        if now - last.get(arn, -EVERY_SECONDS) >= EVERY_SECONDS:
            last[arn] = now
            expire(queue)

    return look


def if_some_came_back(sweep: Look) -> Look:
    """What moves messages to the dead letters, where one was received before and waits again."""

    def look(queue: Queue) -> None:
        now = time.time()
        if any(m["receive_count"] and m["visible_at"] <= now for m in queue["messages"]):
            sweep(queue)

    return look
