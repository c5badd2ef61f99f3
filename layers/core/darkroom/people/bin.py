"""The bin: files that their owners put there, and deleting them when their time is up.

Nothing is noted when a file is deleted: that is a deletion like any other, of which S3 tells all
who are to know. So a run that ends early, or twice the same one, does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Key, Table, compare
from darkroom.aws.errors import ObjectChanged, ObjectMissing
from darkroom.aws.s3 import Bucket
from darkroom.moments import timestamp
from darkroom.observability import count, logger
from darkroom.people.own_files import LATEST_DAYS, STAYS_AFTER, day_of

if TYPE_CHECKING:
    from darkroom.model import ImageItem
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

_AT_ONCE = 8
_PIECE = 40  # files between two looks at the clock
_COUNTED_DAYS = 365  # how far back what is left over is counted, once a day
# What was uploaded after the file was put into the bin takes it out, once its event has come. The
# same bytes have the same ETag, so only its age tells such an upload.
_CLOCKS_DIFFER = timedelta(minutes=1)


class Bin:
    """The files in all owners' bins."""

    def __init__(
        self, dynamodb: DynamoDBClient, s3: S3Client, *, images_table: str, uploads_bucket: str
    ) -> None:
        self._images: Table[ImageItem] = Table(dynamodb, images_table)
        self._uploads = Bucket(s3, uploads_bucket)

    def due(self, now: datetime) -> Iterator[Key]:
        """The keys of items whose time in the bin is up, in the order of that."""
        return self._due(now, range(LATEST_DAYS, 0, -1))  # today's stay until tomorrow

    def late(self, now: datetime) -> int:
        """How many files are in the bin that were due so long ago that nobody looks there now."""
        return sum(1 for _ in self._due(now, range(_COUNTED_DAYS, LATEST_DAYS, -1)))

    def _due(self, now: datetime, days_back: range) -> Iterator[Key]:
        until = timestamp(now - STAYS_AFTER)
        for back in days_back:
            for found in self._images.query(
                compare("bin_until", "<=", until),
                index="due-in-bin",
                bin_day=day_of(timestamp(now - timedelta(days=back))),
            ):
                yield {"identity_id": found["identity_id"], "image": found["image"]}

    def empty(self, now: datetime, time_is_up: Callable[[], bool]) -> int:
        """How many files were deleted: of what is due, as many as there was time for.

        They are counted also where it raises.

        One that cannot be deleted holds up no other: what was raised on the first of those is
        raised again once all others had their turn.
        """
        deleted = 0
        failures: list[Exception] = []
        due = self.due(now)

        def attempt(key: Key) -> bool:
            try:
                return self._delete(key, now)
            except Exception as error:  # noqa: BLE001  # logged, and raised again below
                logger.error("file stays in the bin", extra={"key": key["image"]}, exc_info=error)
                failures.append(error)
                return False

        try:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                while piece := list(islice(due, _PIECE)):
                    if time_is_up():
                        logger.warning("bins not emptied in time: the next run goes on")
                        break
                    deleted += sum(pool.map(attempt, piece))
        finally:
            count("BinEmptied", deleted)
        if failures:
            raise failures[0]
        return deleted

    def _delete(self, key: Key, now: datetime) -> bool:
        """Whether a file was deleted: it still is in the bin, and the object is the one there."""
        item = self._images.get(key)  # the index may be behind
        if item is None or "bin_until" not in item:
            return False
        if item["bin_until"] > timestamp(now - STAYS_AFTER):
            return False
        stored = self._uploads.find(item["image"])
        if stored is None:
            return False
        told = {"key": stored.key, "etag": item["etag"], "binned_at": item["binned_at"]}
        if stored.modified > datetime.fromisoformat(item["binned_at"]) + _CLOCKS_DIFFER:
            extra = {**told, "uploaded_at": timestamp(stored.modified)}
            logger.warning("file not deleted from the bin: uploaded since", extra=extra)
            return False
        try:
            self._uploads.delete_exactly(stored.key, etag=item["etag"])
        except (ObjectChanged, ObjectMissing):
            return False  # of both an event tells, or reconcile
        logger.info("file deleted from the bin", extra=told)
        return True
