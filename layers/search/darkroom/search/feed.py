"""The feed: a batch of messages, owner by owner. What fails for one fails for no other."""

from __future__ import annotations

import time
from collections.abc import Callable

from aws_lambda_powertools.utilities.typing import LambdaContext
from darkroom.errors import TransientError
from darkroom.observability import logger
from darkroom.search.contract import Updating
from darkroom.search.messages import IndexQueue, Told, told_by

_WAITS_SECONDS = (1, 2, 4)  # for records that are about to change
_SECONDS_LEFT = 60  # of a run, after which no index that is being made is gone on with
_SECONDS_OF_UPDATE = 25  # what is left of a run when the last update is begun


class Feed:
    """Takes in the messages of the queue of indexes."""

    def __init__(self, updates: Updating, queue: IndexQueue) -> None:
        self._updates = updates
        self._queue = queue
        self._failed: dict[str, Exception] = {}
        self._unwritten: dict[str, Told] = {}
        self._seconds_left: Callable[[], float] = lambda: 0

    def begin(self, context: LambdaContext) -> None:
        """Know how much time this run has."""
        self._seconds_left = lambda: context.get_remaining_time_in_millis() / 1000

    def take_in(self, bodies: list[str]) -> None:
        """Bring the indexes of all owners up to date; never raises."""
        self._failed = {}
        todo = told_by(bodies)
        for seconds in (0, *_WAITS_SECONDS):
            if todo:
                time.sleep(seconds)
                todo = self._round(todo)
        self._unwritten = todo

    def process(self, body: str) -> None:
        """Say whether what a message tells is in the indexes.

        Raises:
            TransientError: it is not, for this reason.
        """
        for owner, told in told_by([body]).items():
            if owner in self._failed:
                error = self._failed[owner]
                raise TransientError(f"{type(error).__name__}: {error}") from error
            if owner in self._unwritten and told.images.keys() & self._unwritten[owner].images:
                raise TransientError("What the record says is about to change.")

    def _round(self, todo: dict[str, Told]) -> dict[str, Told]:
        """Update every owner; what was told of records that are about to change."""
        left: dict[str, Told] = {}
        unfinished: list[str] = []
        for owner, told in todo.items():
            if self._seconds_left() < _SECONDS_OF_UPDATE:
                self._failed[owner] = TransientError("The run had no time left for it.")
                continue
            try:
                outcome = self._updates.bring_up_to_date(owner, told)
            except Exception as error:  # noqa: BLE001  # raised again by `process`
                self._failed[owner] = error
                continue
            if outcome.unwritten:
                left[owner] = Told({key: told.images[key] for key in outcome.unwritten})
            if outcome.is_unfinished:
                unfinished.append(owner)
        self._finish(unfinished)
        return left

    def _finish(self, owners: list[str]) -> None:
        """Go on with indexes that are made of all records; in another run where time is over."""
        while owners and self._seconds_left() > _SECONDS_LEFT:
            owner = owners.pop(0)
            try:
                if self._updates.bring_up_to_date(owner, Told()).is_unfinished:
                    owners.append(owner)
            except Exception as error:  # noqa: BLE001  # as above
                self._failed[owner] = error
        for owner in owners:
            logger.info("index goes on in another run", extra={"owner": owner})
            self._queue.ask_to_rebuild(owner)
