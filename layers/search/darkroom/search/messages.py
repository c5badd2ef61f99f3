"""What the queue of indexes is told: which files of which owner may have changed.

A message says no more than that. What an index then holds of a file is what its record says.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from darkroom.observability import logger
from darkroom.pipeline.events import fields
from darkroom.pipeline.uploads import Upload, upload_key
from darkroom.pipeline.worker import images_in

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass
class Told:
    """What was told of an owner: keys that may have changed, and whether to look at all of them.

    Of a key that was deleted it is known up to which version.
    """

    images: dict[str, str | None] = field(default_factory=dict)
    rebuild: bool = False

    def add(self, key: str, removed: str | None = None) -> None:
        """Note a key; of several deletions of it the newest counts."""
        self.images[key] = max(filter(None, (self.images.get(key), removed)), default=None)


def told_by(bodies: Iterable[str]) -> dict[str, Told]:
    """What messages tell, by owner."""
    found: dict[str, Told] = {}
    for body in bodies:
        message = fields(body)
        owner, image = message.get("identity_id"), message.get("image")
        if isinstance(owner, str) and message.get("rebuild") is True:
            found.setdefault(owner, Told()).rebuild = True
        elif isinstance(owner, str) and isinstance(image, str):
            if image.startswith(upload_key(owner, "")):
                found.setdefault(owner, Told()).add(image)
            else:
                logger.warning("message ignored: not of a file of its owner", extra=message)
        else:
            for each in images_in(body):
                removed = None if isinstance(each, Upload) else each.version
                found.setdefault(each.identity_id, Told()).add(each.key, removed)
    return found


def request_to_rebuild(owner: str) -> str:
    """The message that asks for an owner's index to be made of all records."""
    return json.dumps({"identity_id": owner, "rebuild": True})


class IndexQueue:
    """The queue, for those who ask for more than the topics tell."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    def ask_to_rebuild(self, owner: str) -> None:
        """Have an owner's index made of all records, or go on with that."""
        self._client.send_message(QueueUrl=self._url, MessageBody=request_to_rebuild(owner))
