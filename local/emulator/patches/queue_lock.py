"""SQS loses no message: all that touch a queue of MiniStack's take turns.

MiniStack's pollers, in threads of their own, hold a lock while they write the messages they keep
into a new list; whoever sends a message does not. A message sent meanwhile goes into the old list,
and is gone. Here all of them take the same lock. Obsolete once sending waits while the
pollers' lock is held.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from functools import wraps
from typing import Any

# Whatever adds to, filters or hands out a queue's messages. None of them is a coroutine.
_SQS = (
    "_act_send_message",
    "_act_send_message_batch",
    "_act_delete_message",
    "_act_delete_message_batch",
    "_act_change_visibility",
    "_act_change_visibility_batch",
    "_act_purge_queue",
    "_expire_retained",
    "_dlq_sweep",
    "_collect_msgs",
)
_SNS = ("_deliver_to_sqs",)
_S3 = ("_deliver_event_to_sqs",)

Lock = Any  # threading.RLock is a function: its type has no name


def apply() -> None:
    """Let SQS, SNS and S3 take turns."""
    share_lock(
        *(importlib.import_module(f"ministack.services.{name}") for name in ("sqs", "sns", "s3"))
    )


def share_lock(sqs: Any, sns: Any, s3: Any) -> Lock:
    """Let the functions of all modules that touch messages take turns; the lock they share."""
    lock = threading.RLock()
    sqs._queues_lock = lock  # the pollers'; one that its holder may take again, as they now do
    for module, names in ((sqs, _SQS), (sns, _SNS), (s3, _S3)):
        for name in names:
            vars(module)[name] = _locked(lock, vars(module)[name])
    by_function = {function.__wrapped__: function for function in map(vars(sqs).get, _SQS)}
    sqs._HANDLERS.update(
        {action: by_function.get(handler, handler) for action, handler in sqs._HANDLERS.items()}
    )
    return lock


def _locked(lock: Lock, function: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(function)
    def in_turn(*arguments: Any, **keywords: Any) -> Any:
        with lock:
            return function(*arguments, **keywords)

    return in_turn
