"""Whoever sends a message waits while a poller holds the lock of the queues.

Seen inside of MiniStack, in its own environment: from outside, a message is lost once in thousands.
"""

from __future__ import annotations

import os
import subprocess

from local.paths import EMULATOR_PYTHON, ROOT
from tests.e2e.emulator.principals import obsolete

# Says whether a message that is sent while the pollers' lock is held has arrived meanwhile.
SEND = """
import sys, threading
from ministack.services import sns, sqs
from local.emulator.patches import queue_lock
if sys.argv[1] == "patched":
    queue_lock.apply()
url = sqs._HANDLERS["CreateQueue"]({"QueueName": "queue"}, "")["QueueUrl"]
send = threading.Thread(
    target=sqs._HANDLERS["SendMessage"], args=({"QueueUrl": url, "MessageBody": "a"}, "")
)
with sqs._queues_lock:
    send.start()
    send.join(1)
    print("waits" if send.is_alive() else "arrives")
"""


def send_during_poll(which: str) -> str:
    run = subprocess.run(
        [str(EMULATOR_PYTHON), "-c", SEND, which],
        cwd=ROOT,
        env={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_sender_waits_for_the_poller_when_the_patch_is_applied() -> None:
    assert send_during_poll("patched") == "waits"


def test_message_arrives_in_a_list_that_is_replaced_when_the_patch_is_missing() -> None:
    assert send_during_poll("plain") == "arrives", obsolete("queue_lock")
