"""A queue whose function is throttled waits, and takes less of what all functions share.

Lambda repeats a throttled invocation until the message's visibility timeout is over, and meanwhile
reduces the concurrency of the queue's event source mapping (https://docs.aws.amazon.com/lambda/
latest/dg/services-sqs-errorhandling.html). MiniStack takes it for a failure: the messages stay
hidden for their visibility timeout, and the mapping goes on with the next ones as before. AWS does
not say by how much it reduces; here a mapping goes down to one run at a time, and up again by one
after half a minute without a throttle. Obsolete once a message is processed within its visibility
timeout although the first invocation was throttled.
"""

from __future__ import annotations

import importlib
import random
import threading
import time
from typing import Any

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 2.0
_RECOVERY_SECONDS = 30.0


def apply() -> None:
    """Wait out throttles where a mapping invokes, and let it start fewer runs."""
    functions = importlib.import_module("ministack.services.lambda_svc")
    queues = importlib.import_module("ministack.services.sqs")
    run, execute = functions._run_sqs_batch, functions._execute_function
    concurrency = functions._sqs_esm_concurrency
    mapping = threading.local()  # of the batch that this thread runs
    pace = Pace()

    def run_patiently(
        esm: dict[str, Any], func: Any, event: Any, batch: Any, url: str, name: str
    ) -> None:
        attributes = queues._queues[url].get("attributes", {})
        mapping.id = esm["UUID"]
        mapping.until = time.monotonic() + float(attributes.get("VisibilityTimeout", 30)) * 0.9
        try:
            run(esm, func, event, batch, url, name)
        finally:
            mapping.id = None

    def execute_patiently(func: Any, event: Any) -> Any:
        result = execute(func, event)
        pause = _FIRST_PAUSE_SECONDS
        while (
            getattr(mapping, "id", None) is not None
            and result.get("throttle")
            and time.monotonic() < mapping.until
        ):
            pace.slow(mapping.id)
            time.sleep(random.uniform(pause / 2, pause))  # noqa: S311  # not a secret
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            result = execute(func, event)
        return result

    def reduced_concurrency(esm: dict[str, Any], *arguments: Any) -> int:
        return pace.most(esm["UUID"], concurrency(esm, *arguments))

    vars(functions)["_run_sqs_batch"] = run_patiently
    vars(functions)["_execute_function"] = execute_patiently
    vars(functions)["_sqs_esm_concurrency"] = reduced_concurrency


class Pace:
    """How many runs each mapping may start, after it was throttled."""

    def __init__(self) -> None:
        self._throttled_at: dict[str, float] = {}

    def slow(self, mapping: str) -> None:
        """Start one run at a time, from now on."""
        self._throttled_at[mapping] = time.monotonic()

    def most(self, mapping: str, usual: int) -> int:
        """How many runs a mapping may start now, of those that it usually may."""
        if mapping not in self._throttled_at:
            return usual
        quiet = time.monotonic() - self._throttled_at[mapping]
        return min(usual, 1 + int(quiet // _RECOVERY_SECONDS))
