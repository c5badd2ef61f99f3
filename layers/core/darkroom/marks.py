"""Marks: what is remembered for as long as a message about it may still be on its way.

All of them share the idempotency table. `darkroom.model` says what each of them holds.
"""

from __future__ import annotations

import time

# A message can wait 14 days in a queue and 14 more in its dead letter queue.
MARK_SECONDS = 30 * 24 * 60 * 60


def expiration() -> int:
    """When a mark that is written now may go, in Unix seconds."""
    return int(time.time()) + MARK_SECONDS
