"""What tells of tables, and what becomes of it: a message only says where to look.

A record is read with a consistent read, what it says is written, and then it is read once more: of
two that write at once the one that is last sees whether it was right. Of a deletion the record may
still be there; then the message comes again, until it is gone or of a newer version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.athena.shelf import Shelf
from darkroom.aws.dynamodb import Table
from darkroom.errors import TransientError
from darkroom.kinds import Kind
from darkroom.pipeline.events import fields
from darkroom.pipeline.join import has_ended, is_pending
from darkroom.pipeline.worker import images_in
from darkroom.states import Status

if TYPE_CHECKING:
    from darkroom.model import ImageItem
    from mypy_boto3_dynamodb import DynamoDBClient

_RACES = 5


class Feed:
    """Takes in the messages of the queue of tables."""

    def __init__(self, shelf: Shelf, client: DynamoDBClient, *, images_table: str) -> None:
        self._shelf = shelf
        self._images: Table[ImageItem] = Table(client, images_table)

    def process(self, body: str) -> None:
        """Bring the shelf up to what a message is about.

        Raises:
            TransientError: what the message tells of has not been written yet.
        """
        message = fields(body)
        if "image" in message:
            self.bring(message["identity_id"], message["image"])
        for image in images_in(body):  # of the topic of removals: nothing here was stored
            self.bring(image.identity_id, image.key, deleted=image.version)

    def bring(self, owner: str, key: str, *, deleted: str | None = None) -> None:
        """Let a file be on the shelf as its record says; `deleted` is the version that is no more.

        Raises:
            TransientError: the record is about to change, or kept changing.
        """
        found = self._read(owner, key)
        for _ in range(_RACES):
            is_deleted = found is None or (deleted is not None and found["version"] <= deleted)
            if found is not None and not is_deleted and is_pending(found):
                return  # its end is told in a message of its own
            if found is not None and not is_deleted and not has_ended(found):
                raise TransientError(f"The end of {key} is not written yet.")
            if found is None or is_deleted or not can_be_asked(found):
                self._shelf.remove(owner, key)
            else:
                self._shelf.put(found)
            now = self._read(owner, key)
            if _same(found, now):
                if found is not None and is_deleted:
                    raise TransientError(f"The record of {key} is not deleted yet.")
                return
            found = now
        raise TransientError(f"The record of {key} kept changing.")

    def _read(self, owner: str, key: str) -> ImageItem | None:
        return self._images.get({"identity_id": owner, "image": key})


def can_be_asked(item: ImageItem) -> bool:
    """Whether an item is of a table whose rows are there."""
    is_there = item["status"] == Status.PROCESSED and "withdrawn" not in item
    return is_there and item.get("kind") == Kind.TABLE and "details" in item


def _same(one: ImageItem | None, other: ImageItem | None) -> bool:
    """Whether two readings of a record say the same of what is on the shelf."""
    if one is None or other is None:
        return one is other
    if (one["version"], one["status"]) != (other["version"], other["status"]):
        return False
    return can_be_asked(one) == can_be_asked(other) and one.get("details") == other.get("details")
