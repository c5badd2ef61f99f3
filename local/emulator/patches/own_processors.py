"""A rush makes nobody else's run slower: it has as many runs at once as there are processors.

AWS gives each run of a function an environment with processors of its own (https://docs.aws.amazon
.com/lambda/latest/dg/concepts-basics.html), so a quiet tenant's run takes as long beside a hundred
others as alone. Here all runs share the processors of one machine with each other and MiniStack,
which starts as many as its event source mappings may have. So while as many are under way as there
are processors, only quiet tenants' messages start another (fair_queues tells who is quiet). Those
come first, and mappings take turns. A run of more than LONG_SECONDS is not counted: nobody shall
wait for a video. MiniStack also pauses for 50 ms where it found nothing to start; here for
IDLE_SECONDS. Obsolete once `make flood` is content without it.
"""

from __future__ import annotations

import importlib
import itertools
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

LONG_SECONDS = 2.0
IDLE_SECONDS = 0.005
LOOK_AGAIN_SECONDS = 1.0

Message = dict[str, Any]
Queue = dict[str, Any]


def apply() -> None:
    """Bound the runs of rushes."""
    functions = importlib.import_module("ministack.services.lambda_svc")
    sqs = importlib.import_module("ministack.services.sqs")
    dispatch, poll = functions._dispatch_esm_batch, functions._poll_sqs
    runs, looks = Runs(os.cpu_count() or 1), Looks()
    quiet_only = False

    def receive(url: str, at_most: int) -> list[Message]:
        with sqs._queues_lock:  # which its holder may take again: see queue_lock
            queue = sqs._get_q(url)
            if (skips := quiet_only or not runs.is_one_free()) and not looks.is_due(queue):
                return []
            sqs._expire_retained(queue)
            sqs._dlq_sweep(queue)
            hidden_seconds = int(queue["attributes"].get("VisibilityTimeout", 30))
            found: list[Message] = sqs._collect_msgs(
                queue, min(at_most, 10), hidden_seconds, quiet_only=skips
            )
            if not found:
                looks.note(queue)
            return found

    def poll_quiet_first() -> bool:
        nonlocal quiet_only
        quiet_only = True
        found: bool = poll()
        quiet_only = False
        return (runs.is_one_free() and poll()) or found

    def dispatch_counted(mapping: str, run: Callable[..., None], *arguments: Any) -> None:
        dispatch(mapping, runs.counted(run), *arguments)

    vars(functions)["_poll_sqs"] = poll_quiet_first
    vars(functions)["_dispatch_esm_batch"] = dispatch_counted
    vars(functions)["_iter_all_esms"] = in_turn(functions._iter_all_esms)
    vars(functions)["_ESM_IDLE_WAKE_GAP_SECONDS"] = IDLE_SECONDS
    vars(sqs)["_receive_messages_for_esm"] = receive


class Runs:
    """The runs that are under way."""

    def __init__(self, processors: int) -> None:
        self._processors = processors
        self._began: dict[int, float] = {}  # by number; a dictionary's steps need no lock
        self._numbers = itertools.count()

    def is_one_free(self) -> bool:
        """Whether a processor has no run; long ones are not counted."""
        since = time.monotonic() - LONG_SECONDS
        return sum(began > since for began in list(self._began.values())) < self._processors

    def counted(self, run: Callable[..., None]) -> Callable[..., None]:
        """The run, which is under way from now on until it has ended."""
        number = next(self._numbers)
        self._began[number] = time.monotonic()

        def go(*arguments: Any) -> None:
            try:
                run(*arguments)
            finally:
                del self._began[number]

        return go


class Looks:
    """Queues in which nothing was found for a quiet tenant."""

    def __init__(self) -> None:
        self._looks: dict[str, Look] = {}

    def note(self, queue: Queue) -> None:
        """Nothing was found in this queue, now."""
        messages, now = queue["messages"], time.time()
        self._looks[queue["attributes"]["QueueArn"]] = Look(
            time.monotonic(),
            messages[-1] if messages else None,
            {each.get("group_id") for each in messages if each["visible_at"] <= now} - {None},
        )

    def is_due(self, queue: Queue) -> bool:
        """Whether another tenant's message came since, or one may have come back meanwhile."""
        look = self._looks.get(queue["attributes"]["QueueArn"])
        if look is None or time.monotonic() - look.at >= LOOK_AGAIN_SECONDS:
            return True
        since = itertools.takewhile(lambda each: each is not look.last, reversed(queue["messages"]))
        return any(message.get("group_id") not in look.noisy for message in since)


@dataclass(frozen=True)
class Look:
    """What was there when nothing was found for a quiet tenant."""

    at: float
    last: Message | None
    noisy: set[str | None]  # the tenants of what waited


def in_turn(iterate: Callable[[], Iterator[Any]]) -> Callable[[], Iterator[Any]]:
    """All that `iterate` gives, each time beginning with the next one."""
    turns = itertools.count()

    def turn() -> Iterator[Any]:
        everything = list(iterate())
        first = next(turns) % len(everything) if everything else 0
        yield from everything[first:] + everything[:first]

    return turn
