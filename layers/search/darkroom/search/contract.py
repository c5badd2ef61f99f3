"""What an engine of search is: one half answers owners, the other is told what may have changed.

Requests and their answers are the same whatever is behind them, and so is what a document says.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from darkroom.aws.errors import ObjectChanged
from darkroom.errors import TransientError

if TYPE_CHECKING:
    from darkroom.search.messages import Told
    from darkroom.search.requests import Request

_ATTEMPTS = 8


@dataclass(frozen=True)
class Reply:
    """An answer, ready for JSON. While the index lacks files, `waits_since` it was written last."""

    answer: dict[str, Any]
    waits_since: datetime | None = None


@dataclass(frozen=True)
class Outcome:
    """What is left to do: keys whose records are about to change, and records to go through."""

    unwritten: frozenset[str] = field(default_factory=frozenset)
    is_unfinished: bool = False


class Answering(Protocol):
    """Answers requests about one owner's files, and never about another's."""

    def answer(self, owner: str, request: Request) -> Reply | None:
        """The answer to a request; None where there is no index to answer it, or an unreadable one.

        Raises:
            TransientError: what keeps the index does not answer.
        """


class Updating(Protocol):
    """Brings indexes to what the records say."""

    def bring_up_to_date(self, owner: str, told: Told) -> Outcome:
        """Bring an owner's index to what the records say of what was told.

        One that is missing or unreadable is begun anew, and one that is to be made of all records
        is made of some more of them.

        Raises:
            TransientError: it could not be written; the message comes again.
        """


def until_nobody_else_writes(owner: str, write: Callable[[], Outcome]) -> Outcome:
    """What comes of a write that raises ObjectChanged where another has written meanwhile.

    Raises:
        TransientError: others kept writing.
    """
    for attempt in range(_ATTEMPTS):
        try:
            return write()
        except ObjectChanged:
            # Full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter").
            time.sleep(random.uniform(0, 0.1 * 2**attempt))  # noqa: S311  # not a secret
    raise TransientError(f"The index of {owner} is replaced by others all the time.")
