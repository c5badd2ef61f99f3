"""SQS standard queues are fair to the tenants that messages name by their MessageGroupId.

AWS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/
sqs-fair-queues-detailed.html. A tenant is noisy with more than a tenth of the messages in flight,
30 of them at least, or with more than a tenth of the consumers' recent time; AWS does not say how
recent, here it is five minutes. One whose backlog is worked off is quiet again, whatever it took.
Quiet tenants' messages come first. Among noisy tenants it is the turn of the one with the fewest
messages in flight. A message without a group is a tenant of its own. MiniStack hands messages out
in the order in which they came. Obsolete once a quiet tenant's message overtakes those of a noisy
one.
"""

from __future__ import annotations

import importlib
import time
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

SHARE = 0.1
LEAST_IN_FLIGHT = 30
RECENT_SECONDS = 300.0

Message = dict[str, Any]


def apply() -> None:
    """Hand the messages of standard queues out fairly."""
    sqs = importlib.import_module("ministack.services.sqs")
    collect, delete_for_mapping = sqs._collect_msgs, sqs._delete_messages_for_esm
    tenants: dict[str, Tenants] = {}

    def tenants_of(queue: dict[str, Any]) -> Tenants:
        return tenants.setdefault(queue["attributes"]["QueueArn"], Tenants())

    def collect_msgs(queue: dict[str, Any], at_most: int, hidden_seconds: int) -> list[Message]:
        if not queue["is_fifo"]:
            queue["messages"] = tenants_of(queue).in_turn(queue["messages"], at_most, time.time())
        found: list[Message] = collect(queue, at_most, hidden_seconds)
        now = time.time()
        for message in found:
            message["received_at"] = now
        return found

    def delete_messages_for_esm(url: str, receipts: set[str]) -> None:
        with sqs._queues_lock:  # which its holder may take again: see queue_lock
            queue = sqs._get_q(url)
            done = [m for m in queue["messages"] if m.get("receipt_handle") in receipts]
            delete_for_mapping(url, receipts)
            tenants_of(queue).finish(done, queue["messages"], time.time())

    vars(sqs)["_collect_msgs"] = collect_msgs
    vars(sqs)["_delete_messages_for_esm"] = delete_messages_for_esm


@dataclass
class Tenants:
    """How much of the consumers' time each tenant of a queue has had."""

    _finished: deque[tuple[float, str, float]] = field(default_factory=deque)
    _rested: dict[str, float] = field(default_factory=dict)  # when its backlog was worked off

    def finish(self, messages: Iterable[Message], left: Iterable[Message], now: float) -> None:
        """Note how long these messages were worked on, which are deleted now; others are left."""
        done = [message for message in messages if message.get("group_id")]
        for message in done:
            seconds = now - message.get("received_at", now)
            self._finished.append((now, message["group_id"], seconds))
        for group in _by_group(done).keys() - _by_group(left).keys():
            self._rested[group] = now

    def in_turn(self, messages: list[Message], at_most: int, now: float) -> list[Message]:
        """All messages of a queue, those in front that are handed out next."""
        waiting = [message for message in messages if message.get("visible_at", 0) <= now]
        if len(waiting) <= at_most or not any(message.get("group_id") for message in waiting):
            return messages
        flying = [
            message
            for message in messages
            if message.get("visible_at", 0) > now and message.get("receive_count")
        ]
        next_ones = self._choose(waiting, flying, at_most, now)
        chosen = {id(message) for message in next_ones}
        return [*next_ones, *(message for message in messages if id(message) not in chosen)]

    def _choose(
        self, waiting: Sequence[Message], flying: Sequence[Message], at_most: int, now: float
    ) -> list[Message]:
        noisy = self._noisy(flying, now)
        quiet = [message for message in waiting if message.get("group_id") not in noisy]
        chosen = quiet[:at_most]
        queues: dict[str, deque[Message]] = {}
        for message in waiting:
            if message.get("group_id") in noisy:
                queues.setdefault(message["group_id"], deque()).append(message)
        in_flight = _by_group(flying)
        while queues and len(chosen) < at_most:
            group = min(queues, key=lambda name: in_flight[name])
            chosen.append(queues[group].popleft())
            in_flight[group] += 1
            if not queues[group]:
                del queues[group]
        return chosen

    def _noisy(self, flying: Sequence[Message], now: float) -> set[str]:
        while self._finished and self._finished[0][0] < now - RECENT_SECONDS:
            self._finished.popleft()
        in_flight, taken, all_taken = _by_group(flying), dict[str, float](), 0.0
        for when, group, seconds in self._finished:
            all_taken += seconds
            if when > self._rested.get(group, 0):
                taken[group] = taken.get(group, 0) + seconds
        for message in flying:
            group, seconds = message.get("group_id") or "", now - message.get("received_at", now)
            all_taken += seconds
            taken[group] = taken.get(group, 0) + seconds
        crowd = {
            group
            for group, count in in_flight.items()
            if count >= LEAST_IN_FLIGHT and count > SHARE * len(flying)
        }
        slow = {group for group, seconds in taken.items() if seconds > SHARE * all_taken}
        return (crowd | slow) - {""}


def _by_group(messages: Iterable[Message]) -> Counter[str]:
    return Counter(message["group_id"] for message in messages if message.get("group_id"))
