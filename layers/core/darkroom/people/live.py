"""From changes of the tables to messages on their owner's open connections."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from darkroom.apart import each_apart
from darkroom.aws import websockets
from darkroom.aws.attribute_values import from_item
from darkroom.aws.errors import CALL_FAILED, ConnectionGone
from darkroom.observability import logger
from darkroom.people.answers import said_validly
from darkroom.people.connections import Connections

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

_SENDERS = 8
# https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html
_MOST_BYTES = 128 * 1024

# What tells a table's items apart, besides their owner, and what an item of it is called.
_TYPES = {
    "image": "image", "album_id": "album", "notification_id": "notification", "period": "usage",
}  # fmt: skip
# Long, and of no use before a picture's own page is opened, which reads the item.
_UNSENT = ("identity_id", "metadata")


@dataclass(frozen=True)
class Message:
    """What one of a user's items has become. `item` tells the items of a user apart."""

    identity_id: str
    item: tuple[str, str]
    text: str


def messages(records: Iterable[Mapping[str, Any]]) -> list[Message]:
    """What DynamoDB stream records have to tell: of every item only its newest state."""
    newest: dict[tuple[str, tuple[str, str]], Message] = {}
    for message in each_apart(records, _message):
        if message is not None:
            at = (message.identity_id, message.item)
            newest.pop(at, None)  # so that it takes the place of its last change
            newest[at] = message
    return list(newest.values())


class Pages:
    """The open pages of all users."""

    def __init__(self, client: ApiGatewayManagementApiClient, connections: Connections) -> None:
        self._client = client
        self._connections = connections

    def show(self, news: Iterable[Message]) -> int:
        """How many messages were sent: each to all connections of its owner.

        The messages to one connection keep their order. A connection that is gone is forgotten; one
        that is still being opened misses them, and asks the tables once it is open. So does a page
        whose connection does not take a message: it is closed, and the page opens another.
        """
        texts: dict[str, list[str]] = {}
        for message in news:
            texts.setdefault(message.identity_id, []).append(message.text)
        jobs = [
            (place, identity_id, connection_id, sent)
            for identity_id, sent in texts.items()
            for place, connection_id in enumerate(self._connections.of(identity_id))
        ]
        jobs.sort()  # everybody's newest first, not everything of one user
        return sum(each_apart(jobs, lambda job: self._send(*job[1:]), at_once=_SENDERS))

    def make_room(self, identity_id: str, newest: str) -> None:
        """Close the oldest connections of a user who has opened more than there may be."""
        for connection_id in self._connections.beyond_most(identity_id, newest):
            self._close(identity_id, connection_id)

    def _send(self, identity_id: str, connection_id: str, texts: list[str]) -> int:
        try:
            for text in texts:
                websockets.send(self._client, connection_id, text)
        except ConnectionGone:
            self._connections.forget_gone(identity_id=identity_id, connection_id=connection_id)
            return 0
        except CALL_FAILED:
            logger.warning("connection closed: it did not take a message", exc_info=True)
            self._close(identity_id, connection_id)
            return 0
        return len(texts)

    def _close(self, identity_id: str, connection_id: str) -> None:
        with suppress(ConnectionGone, *CALL_FAILED):
            websockets.close(self._client, connection_id)
        self._connections.forget(identity_id=identity_id, connection_id=connection_id)


def _message(record: Mapping[str, Any]) -> Message | None:
    change = record["dynamodb"]
    keys = from_item(change["Keys"])
    identity_id = keys.pop("identity_id")
    [(key, name)] = keys.items()
    kind = _TYPES[key]
    if record["eventName"] == "REMOVE":
        if kind not in ("image", "album"):
            return None  # notifications and usage only expire
        body = {"type": f"{kind}-removed", key: name}
        body |= {k: v for k, v in from_item(change.get("OldImage", {})).items() if k == "version"}
    else:
        item = from_item(change["NewImage"])
        if kind == "notification":
            if "kind" not in item:
                return None  # no function wrote it: users could, before the answers table
            item = said_validly(item)
        body = {"type": kind, **{k: v for k, v in item.items() if k not in _UNSENT}}
        if taken_at := item.get("metadata", {}).get("taken_at"):
            body["taken_at"] = taken_at  # it gives a photo its place in the gallery
    text = json.dumps(body, ensure_ascii=False, default=_plain)
    if len(text.encode()) > _MOST_BYTES:
        raise ValueError(f"a message of more than {_MOST_BYTES} bytes cannot be sent")
    return Message(identity_id, (kind, name), text)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")
