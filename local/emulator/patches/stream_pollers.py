"""A stream's function keeps no queue waiting: streams have a poller of their own.

Each event source mapping of AWS has pollers of its own (https://docs.aws.amazon.com/lambda/latest/
dg/invocation-eventsourcemapping.html). MiniStack polls queues and streams in one thread, which runs
a stream's function itself and waits for it: meanwhile no queue starts a run, however many it may
have. Here the streams are polled in a second thread. Obsolete once a queue's message is processed
while a stream's function runs.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable


def apply() -> None:
    """Poll streams in a thread of their own."""
    functions = importlib.import_module("ministack.services.lambda_svc")
    vars(functions)["_poll_dynamodb_streams"] = beside(functions._poll_dynamodb_streams)


def beside(poll: Callable[[], bool]) -> Callable[[], bool]:
    """A poll that finds nothing, at once, and has a thread do the real one while that finds work.

    The thread is started by the first call.
    """
    asked = threading.Event()

    def keep_polling() -> None:
        while True:
            asked.wait()
            asked.clear()
            while poll():
                pass

    thread = threading.Thread(target=keep_polling, name="stream-pollers", daemon=True)
    start = threading.Lock()

    def ask() -> bool:
        with start:
            if not thread.is_alive():
                thread.start()
        asked.set()
        return False

    return ask
