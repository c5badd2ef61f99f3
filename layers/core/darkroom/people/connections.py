"""Which connections of the live socket are whose."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Key, Table, absent, compare, either
from darkroom.aws.errors import ConditionFailed

if TYPE_CHECKING:
    from darkroom.model import ConnectionItem
    from mypy_boto3_dynamodb import DynamoDBClient

MOST = 20  # of a user: what each change is sent to is bounded, whoever opens pages
# API Gateway closes every WebSocket after two hours; what it does not report is gone by then.
_LIFETIME_SECONDS = 2 * 60 * 60 + 10 * 60
# A connection is known while it is still being opened, and gone to whoever sends to it then.
_OPENING_SECONDS = 30  # as long as an integration of API Gateway's WebSockets may take, and more


class Connections:
    """The connections table."""

    def __init__(self, client: DynamoDBClient, *, table: str) -> None:
        self._connections: Table[ConnectionItem] = Table(client, table)

    def add(self, *, identity_id: str, connection_id: str) -> None:
        """Remember whose a connection is."""
        now = time.time()
        connection: ConnectionItem = {
            "identity_id": identity_id,
            "connection_id": connection_id,
            "opened_at": int(now * 1000),
            "expiration": int(now) + _LIFETIME_SECONDS,
        }
        self._connections.put(connection).write()

    def of(self, identity_id: str) -> list[str]:
        """The connections of a user, newest first, `MOST` of them. Some may be gone already."""
        return self._newest_first(identity_id)[:MOST]

    def beyond_most(self, identity_id: str, newest: str) -> list[str]:
        """The oldest connections of a user, of which `newest` leaves no room for more."""
        others = [each for each in self._newest_first(identity_id) if each != newest]
        return others[MOST - 1 :]

    def forget(self, *, identity_id: str, connection_id: str) -> None:
        """Drop a connection; one that is not there does no harm."""
        self._connections.delete(_key(identity_id, connection_id)).write()

    def forget_gone(self, *, identity_id: str, connection_id: str) -> None:
        """Drop a connection that a message did not reach, unless it may only be opening yet."""
        opening = int(time.time()) - _OPENING_SECONDS + _LIFETIME_SECONDS
        drop = self._connections.delete(_key(identity_id, connection_id)).when(
            either(absent("expiration"), compare("expiration", "<", opening))
        )
        with suppress(ConditionFailed):
            drop.write()

    def forget_closed(self, connection_id: str) -> None:
        """Drop a connection by its id alone.

        One that closes the moment it opened may not be found yet: the next message to it, or its
        expiration, drops it.
        """
        for found in self._connections.query(index="by-connection", connection_id=connection_id):
            self.forget(identity_id=found["identity_id"], connection_id=connection_id)

    def _newest_first(self, identity_id: str) -> list[str]:
        found = sorted(
            self._connections.query(identity_id=identity_id),
            key=lambda connection: connection.get("opened_at", 0),
            reverse=True,
        )
        return [connection["connection_id"] for connection in found]


def _key(identity_id: str, connection_id: str) -> Key:
    return {"identity_id": identity_id, "connection_id": connection_id}
