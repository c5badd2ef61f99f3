"""What a run has no time for comes again: it never runs into its timeout with all its messages."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest
from darkroom.errors import TransientError
from darkroom.search.contract import Outcome
from darkroom.search.feed import Feed
from darkroom.search.messages import IndexQueue, Told

SECONDS = 100.0  # of a run
EACH = 7.0  # of an update


class Slow:
    """Updates that take their time."""

    def __init__(self) -> None:
        self.left = SECONDS
        self.updated: list[str] = []

    def bring_up_to_date(self, owner: str, _told: Told) -> Outcome:
        self.left -= EACH
        self.updated.append(owner)
        return Outcome()


def message(owner: str) -> str:
    return json.dumps({"identity_id": owner, "image": f"users/{owner}/a.jpg"})


def test_messages_that_there_was_no_time_for_fail_and_no_others() -> None:
    slow = Slow()
    feed = Feed(slow, cast(IndexQueue, None))
    context: Any = SimpleNamespace(get_remaining_time_in_millis=lambda: int(slow.left * 1000))
    owners = [f"owner-{number}" for number in range(20)]
    feed.begin(context)
    feed.take_in([message(owner) for owner in owners])

    assert slow.left > 0
    done = len(slow.updated)
    assert 0 < done < len(owners)
    for owner in owners[:done]:
        feed.process(message(owner))
    for owner in owners[done:]:
        with pytest.raises(TransientError, match="no time left"):
            feed.process(message(owner))
