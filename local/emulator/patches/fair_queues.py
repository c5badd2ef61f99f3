"""SQS standard queues are fair to the tenants that messages name by their MessageGroupId.

AWS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/
sqs-fair-queues-detailed.html. A tenant is noisy with more than a tenth of the messages in flight,
30 of them at least, or with more than a tenth of the consumers' recent time; AWS does not say how
recent, here it is five minutes. One whose backlog is worked off is quiet again, whatever it took.
Quiet tenants' messages come first. Among noisy tenants it is the turn of the one with the fewest
messages in flight. A message without a group is a tenant of its own. MiniStack hands messages out
in the order in which they came. Obsolete once a quiet tenant's message overtakes those of a noisy
one.

A queue may hold thousands of messages, and SQS takes no longer for one of them then. Whenever
messages are received, MiniStack looks at all of them to find those that were kept too long, again
to find those that were received too often, and writes the others into a new list: with a rush in
eight queues most of its time went there. So here all are looked at once for those that are handed
out; a queue's retention, which is a minute at least, is looked at once a second; and a queue is
swept where a message came back.
"""

from __future__ import annotations

import importlib
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

SHARE = 0.1
LEAST_IN_FLIGHT = 30
RECENT_SECONDS = 300.0
RETENTION_LOOK_SECONDS = 1.0

Message = dict[str, Any]
Queue = dict[str, Any]
Look = Callable[[Queue], None]


def apply() -> None:
    """Hand the messages of standard queues out fairly."""
    sqs = importlib.import_module("ministack.services.sqs")
    collect = sqs._collect_msgs
    tenants: dict[str, Tenants] = {}

    def tenants_of(queue: Queue) -> Tenants:
        return tenants.setdefault(queue["attributes"]["QueueArn"], Tenants())

    def collect_msgs(
        queue: Queue, at_most: int, hidden_seconds: int, *, quiet_only: bool = False
    ) -> list[Message]:
        if not queue["is_fifo"]:
            chosen = tenants_of(queue).next(
                queue["messages"], at_most, time.time(), quiet_only=quiet_only
            )
            queue = {**queue, "messages": chosen}
        found: list[Message] = collect(queue, at_most, hidden_seconds)
        now = time.time()
        for message in found:
            message["received_at"] = now
        return found

    def delete_messages_for_esm(url: str, receipts: set[str]) -> None:
        with sqs._queues_lock:  # which its holder may take again: see queue_lock
            queue = sqs._get_q(url)
            done: list[Message] = []
            left: list[Message] = []
            for message in queue["messages"]:
                (done if message.get("receipt_handle") in receipts else left).append(message)
            queue["messages"] = left
            tenants_of(queue).finish(done, left, time.time())

    vars(sqs)["_collect_msgs"] = collect_msgs
    vars(sqs)["_delete_messages_for_esm"] = delete_messages_for_esm
    vars(sqs)["_expire_retained"] = now_and_then(sqs._expire_retained)
    vars(sqs)["_dlq_sweep"] = if_some_came_back(sqs._dlq_sweep)


@dataclass
class Tenants:
    """How much of the consumers' time each tenant of a queue has had."""

    _finished: deque[tuple[float, str, int]] = field(default_factory=deque)
    _taken: Counter[str] = field(default_factory=Counter)  # microseconds, which add up exactly
    _all_taken: int = 0
    _rested: dict[str, float] = field(default_factory=dict)  # when its backlog was worked off

    def finish(self, messages: Iterable[Message], left: Iterable[Message], now: float) -> None:
        """Note how long these messages were worked on, which are deleted now; others are left."""
        done = [message for message in messages if message.get("group_id")]
        for message in done:
            group, taken = message["group_id"], _taken(message, now)
            self._finished.append((now, group, taken))
            self._taken[group] += taken
            self._all_taken += taken
        if done:
            rested = {message["group_id"] for message in done}
            rested -= {message.get("group_id") for message in left}
            for group in rested:
                self._rested[group] = now
                del self._taken[group]

    def next(
        self, messages: Iterable[Message], at_most: int, now: float, *, quiet_only: bool = False
    ) -> list[Message]:
        """Those of a queue's messages that are handed out next; if asked, quiet tenants' alone."""
        waiting: dict[str | None, list[tuple[int, Message]]] = {}  # the first of each tenant
        flying = []
        for place, message in enumerate(messages):
            if message.get("visible_at", 0) <= now:
                first = waiting.setdefault(message.get("group_id"), [])
                if len(first) < at_most:
                    first.append((place, message))
            elif message.get("receive_count"):
                flying.append(message)
        noisy = self._noisy(flying, now)
        quiet = [each for group, first in waiting.items() if group not in noisy for each in first]
        chosen = [message for _, message in sorted(quiet, key=itemgetter(0))[:at_most]]
        if quiet_only:
            return chosen
        queues = {
            group: deque(message for _, message in first)
            for group, first in waiting.items()
            if group in noisy
        }
        in_flight = Counter(message.get("group_id") for message in flying)
        while queues and len(chosen) < at_most:
            group = min(queues, key=lambda name: in_flight[name])
            chosen.append(queues[group].popleft())
            in_flight[group] += 1
            if not queues[group]:
                del queues[group]
        return chosen

    def _noisy(self, flying: Sequence[Message], now: float) -> set[str | None]:
        while self._finished and self._finished[0][0] < now - RECENT_SECONDS:
            when, group, taken = self._finished.popleft()
            self._all_taken -= taken
            if when > self._rested.get(group, 0):
                self._taken[group] -= taken
        of_tenants: Counter[str | None] = Counter(self._taken)
        in_flight: Counter[str | None] = Counter()
        all_taken = self._all_taken
        for message in flying:
            taken = _taken(message, now)
            all_taken += taken
            of_tenants[message.get("group_id")] += taken
            in_flight[message.get("group_id")] += 1
        crowd = {
            group
            for group, count in in_flight.items()
            if count >= LEAST_IN_FLIGHT and count > SHARE * len(flying)
        }
        slow = {group for group, taken in of_tenants.items() if taken > SHARE * all_taken}
        return (crowd | slow) - {None}


def _taken(message: Message, now: float) -> int:
    """How long a message is being worked on, in microseconds."""
    seconds: float = now - message.get("received_at", now)
    return round(1_000_000 * seconds)


def now_and_then(expire: Look) -> Look:
    """What drops messages that were kept too long, once a second for each queue."""
    last: dict[str, float] = {}

    def look(queue: Queue) -> None:
        arn, now = queue["attributes"]["QueueArn"], time.monotonic()
        if now - last.get(arn, -RETENTION_LOOK_SECONDS) >= RETENTION_LOOK_SECONDS:
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
