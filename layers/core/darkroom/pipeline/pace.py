"""The pace of an account that may run few functions at once: a photo follows when one is done.

Whatever is passed on wakes several functions at the same moment. In a large account that is how a
rush is worked off; in a small one it takes all that the account may run, and nobody signs in.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Key, Table, absent, compare, either
from darkroom.aws.errors import ConditionFailed
from darkroom.observability import logger
from darkroom.pipeline.join import is_pending
from darkroom.pipeline.records import ImageRecords
from darkroom.pipeline.uploads import Upload
from darkroom.states import Status

if TYPE_CHECKING:
    from darkroom.model import TurnMark
    from mypy_boto3_dynamodb import DynamoDBClient

_LOOKS_SECONDS = 0.5  # from one look to the next
# The relay has a minute for both. Who waits in vain passes its photo on all the same.
_TURN_SECONDS = 25.0
_PHOTO_SECONDS = 25.0
_KEY: Key = {"id": "turn"}


class Pace:
    """Lets photos pass one after the other, whichever runs of the relay pass them on."""

    def __init__(self, records: ImageRecords, client: DynamoDBClient, *, table: str) -> None:
        self._records = records
        self._marks: Table[TurnMark] = Table(client, table)

    @contextmanager
    def turn_of(self, upload: Upload) -> Iterator[None]:
        """The turn of an upload, which is passed on meanwhile; it ends when the photo has."""
        holder = uuid.uuid4().hex
        _wait(lambda: self._takes(holder), _TURN_SECONDS, upload)
        try:
            yield
            _wait(lambda: self._has_ended(upload), _PHOTO_SECONDS, upload)
        finally:
            with suppress(ConditionFailed):  # it took too long, and another has the turn
                self._marks.update(_KEY).set(until=0).when(holder=holder).write()

    def _takes(self, holder: str) -> bool:
        now = time.time_ns() // 1_000_000
        turn = self._marks.update(_KEY).set(
            holder=holder, until=now + int(1000 * (_PHOTO_SECONDS + 1))
        )
        try:
            turn.when(either(absent("id"), compare("until", "<=", now))).write()
        except ConditionFailed:
            return False
        return True

    def _has_ended(self, upload: Upload) -> bool:
        """Whether nothing more comes of an upload: it has its end, or was replaced or deleted."""
        found = self._records.read(upload)
        if found is None:
            return self._records.is_deleted(upload)
        if found["version"] == upload.version:
            return not is_pending(found) and found["status"] != Status.PROCESSING
        return found["version"] > upload.version


def _wait(until: Callable[[], bool], seconds: float, upload: Upload) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        if time.monotonic() >= deadline:
            logger.info("not waited for any longer", extra={"image": upload.key})
            return
        time.sleep(_LOOKS_SECONDS)
