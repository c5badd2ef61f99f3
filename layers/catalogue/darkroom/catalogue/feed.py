"""What the catalogue is told, and what it makes of it.

A message only says where to look. Receipts, notifications and answers are looked up in the records
with consistent reads, so one that comes twice, late or before another writes what is true now. Of a
deletion there is nothing to look up: it is ordered by its version.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Table
from darkroom.catalogue.rows import Unstorable, ended, notification
from darkroom.catalogue.store import Store
from darkroom.errors import TransientError
from darkroom.observability import logger
from darkroom.pipeline.events import fields
from darkroom.pipeline.join import has_ended, is_pending
from darkroom.pipeline.worker import images_in

if TYPE_CHECKING:
    from darkroom.model import ImageItem, NotificationItem
    from mypy_boto3_dynamodb import DynamoDBClient


class Feed:
    """Takes in the messages of the catalogue's queue."""

    def __init__(
        self, store: Store, client: DynamoDBClient, *, images_table: str, notifications_table: str
    ) -> None:
        self._store = store
        self._images: Table[ImageItem] = Table(client, images_table)
        self._notifications: Table[NotificationItem] = Table(client, notifications_table)

    def process(self, body: str) -> None:
        """Bring the catalogue up to what a message is about.

        Raises:
            TransientError: the database cannot be reached, or what the message tells of has not
                been written yet.
        """
        try:
            self._process(body)
        except Unstorable as error:
            logger.warning("left out: its key holds a NUL", extra={"key": str(error)})

    def _process(self, body: str) -> None:
        message = fields(body)
        if "notification_id" in message:
            self._tell(message["identity_id"], message["notification_id"])
        if "image" in message:
            self._write(message["identity_id"], message["image"])
        for image in images_in(body):  # of the topic of removals: nothing here was stored
            self._store.bury(image)
        self._store.forget()

    def _tell(self, owner: str, notification_id: str) -> None:
        found = self._notifications.get({"identity_id": owner, "notification_id": notification_id})
        # What an answer was about may be their mails, or a notification that has expired.
        if found is not None and "kind" in found:
            self._store.tell([notification(found)])

    def _write(self, owner: str, image: str) -> None:
        found = self._images.get({"identity_id": owner, "image": image})
        if found is None:
            return  # deleted, of which a message of its own tells
        if has_ended(found):
            self._store.write([ended(found)])
        elif not is_pending(found):
            raise TransientError(f"The end of {image} is not written yet.")
