"""No message is lost that is sent while a poller writes those it keeps into a new list."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

from local.emulator.patches import queue_lock
from local.emulator.patches.queue_lock import share_lock


class Emulator:
    """Two modules like the emulator's, whose sweep waits in the middle until it is let on."""

    def __init__(self) -> None:
        self.queue: dict[str, list[str]] = {"messages": ["old"]}
        self.sweeping, self.go_on = threading.Event(), threading.Event()
        names: dict[str, Any] = dict.fromkeys(queue_lock._SQS, lambda *_: None)
        names |= {"_act_send_message": self.send, "_dlq_sweep": self.sweep}
        self.sqs = SimpleNamespace(_HANDLERS={"SendMessage": self.send}, **names)
        self.sns = SimpleNamespace(_deliver_to_sqs=self.send)
        self.s3 = SimpleNamespace(_deliver_event_to_sqs=self.send)
        # As a bound method is a new object each time it is asked for, the very same one.
        self.sqs._HANDLERS["SendMessage"] = self.sqs._act_send_message

    def send(self, message: str) -> None:
        self.queue["messages"].append(message)

    def sweep(self) -> None:
        kept = list(self.queue["messages"])
        self.sweeping.set()
        assert self.go_on.wait(30)
        self.queue["messages"] = kept

    def send_during_a_sweep(self, wait_seconds: float) -> None:
        """Send from all modules; the sweep goes on when they are done, or have waited so long."""
        sweeper = threading.Thread(target=lambda: self.sqs._dlq_sweep())
        sweeper.start()
        assert self.sweeping.wait(30)
        senders = [
            threading.Thread(target=send, args=(name,))
            for name, send in (
                ("sqs", self.sqs._HANDLERS["SendMessage"]),
                ("sns", self.sns._deliver_to_sqs),
                ("s3", self.s3._deliver_event_to_sqs),
            )
        ]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join(wait_seconds)
        self.go_on.set()
        for thread in (sweeper, *senders):
            thread.join(30)


def test_message_is_lost_when_nobody_takes_turns() -> None:
    emulator = Emulator()
    emulator.send_during_a_sweep(30)  # they are done at once, and their messages lost
    assert emulator.queue["messages"] == ["old"]


def test_every_message_is_kept_when_all_share_the_lock() -> None:
    emulator = Emulator()
    share_lock(emulator.sqs, emulator.sns, emulator.s3)
    emulator.send_during_a_sweep(0.1)
    assert sorted(emulator.queue["messages"]) == ["old", "s3", "sns", "sqs"]


def test_holder_may_take_the_lock_again_when_a_poller_sweeps() -> None:
    emulator = Emulator()
    emulator.go_on.set()
    lock = share_lock(emulator.sqs, emulator.sns, emulator.s3)
    with lock:  # as the pollers do
        emulator.sqs._dlq_sweep()
    assert emulator.sqs._queues_lock is lock
