"""The events in a queue message: what happened to which object.

Whoever brings an event passes on what S3 says as it is, and SNS delivers raw: a message's body is
S3's own JSON, to which relay adds the file's kind. Its layout:
https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import unquote_plus

from darkroom.errors import DarkroomError

_HEXADECIMAL = re.compile(r"[0-9A-F]+")


class MalformedMessage(DarkroomError):
    """A message that S3 did not write: it ends as a dead letter."""


@dataclass(frozen=True)
class ObjectEvent:
    """One S3 event. `version` orders those of a key; removed objects have no `etag` and `bytes`."""

    kind: Literal["created", "removed"]
    bucket: str
    key: str
    version: str
    sequencer: str
    etag: str
    bytes: int
    occurred_at: datetime


def object_events(body: str) -> list[ObjectEvent]:
    """The events of a message's body, in their order; none for S3's own `s3:TestEvent`.

    Raises:
        MalformedMessage: the body is not an S3 event notification.
    """
    try:
        message = json.loads(body)
    except ValueError as error:
        raise MalformedMessage("The message is not JSON.") from error
    if not isinstance(message, dict):
        raise MalformedMessage("The message is not a JSON object.")
    if message.get("Event") == "s3:TestEvent":
        return []
    records = message.get("Records")
    if not isinstance(records, list) or not records:
        raise MalformedMessage("The message has no Records: it is not an S3 event notification.")
    return [_object_event(record) for record in records]


def fields(body: str) -> dict[str, Any]:
    """The fields of a message that is a JSON object; none of any other."""
    try:
        message = json.loads(body)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def version_of(sequencer: str) -> str:
    """An S3 sequencer in a form that orders as text.

    S3 orders two sequencers of one key by padding the shorter with zeros on the right and
    comparing them as text; without its trailing zeros a sequencer compares the same way.

    Raises:
        MalformedMessage: `sequencer` is not hexadecimal.
    """
    digits = sequencer.upper()
    if not _HEXADECIMAL.fullmatch(digits):
        raise MalformedMessage(f"{sequencer!r} is not an S3 sequencer.")
    return digits.rstrip("0") or "0"


def _object_event(record: Any) -> ObjectEvent:
    try:
        name: str = record["eventName"]
        stored: Mapping[str, Any] = record["s3"]["object"]
        return ObjectEvent(
            kind=_kind(name),
            bucket=record["s3"]["bucket"]["name"],
            key=unquote_plus(stored["key"]),
            version=version_of(stored["sequencer"]),
            sequencer=stored["sequencer"],
            etag=stored.get("eTag", ""),
            bytes=int(stored.get("size", 0)),
            occurred_at=datetime.fromisoformat(record["eventTime"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedMessage(f"The record lacks what an S3 event has: {error!r}.") from error


def _kind(event_name: str) -> Literal["created", "removed"]:
    family = event_name.removeprefix("s3:").partition(":")[0]
    if family == "ObjectCreated":
        return "created"
    if family in ("ObjectRemoved", "LifecycleExpiration"):
        return "removed"
    raise MalformedMessage(f"{event_name!r} is not an event that Darkroom subscribes to.")
