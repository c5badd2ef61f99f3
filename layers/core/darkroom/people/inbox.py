"""The notifications table as an inbox: what its owner has been mailed, and what is unseen.

Stored attributes have older names for two things: `told_in` is the id of the digest that a
notification belongs to, `told_at` is when that digest was mailed.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import (
    Condition,
    Key,
    Table,
    Write,
    absent,
    compare,
    either,
    every,
    present,
    transact,
)
from darkroom.aws.errors import ConditionFailed
from darkroom.moments import timestamp
from darkroom.states import Response

if TYPE_CHECKING:
    from darkroom.model import NotificationItem
    from mypy_boto3_dynamodb import DynamoDBClient

# A TransactWriteItems takes no more: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/
MOST_AT_ONCE = 100
_REPLY_STANDS = timedelta(minutes=1)
# What functions wrote has a kind. Before the answers table users could make items here, without.
_TOLD = present("kind")


class Inbox:
    """Notifications and what became of them."""

    def __init__(self, client: DynamoDBClient, *, table: str) -> None:
        self._client = client
        self._notifications: Table[NotificationItem] = Table(client, table)

    def read(self, identity_id: str, notification_id: str) -> NotificationItem | None:
        """A notification as it stands now; None once it has expired."""
        found = self._notifications.get(_key(identity_id, notification_id))
        return found if found is not None and "kind" in found else None

    def in_no_digest(self, identity_id: str, since: str) -> list[NotificationItem]:
        """Those that belong to no digest yet, from the id `since` on, oldest first, up to 100."""
        return self._select(identity_id, since, every(_TOLD, absent("told_in")))

    def in_digest(self, identity_id: str, digest_id: str) -> list[NotificationItem]:
        """Those that belong to a digest."""
        return self._select(identity_id, digest_id, compare("told_in", "=", digest_id))

    def claim_for_digest(
        self,
        notifications: Sequence[NotificationItem],
        *,
        digest_id: str,
        remind_at: datetime | None,
    ) -> bool:
        """Whether all of these belong to this digest now; False if another took one of them."""
        claims = [self._claim(each, digest_id, remind_at) for each in notifications]
        alone = [each["notification_id"] for each in notifications] == [digest_id]
        try:
            if alone:  # half the price; one that meets its own claim again is read as claimed
                claims[0].write()
            else:
                transact(self._client, claims)
        except ConditionFailed:
            return False
        return True

    def note_mailed(self, identity_id: str, digest_id: str) -> None:
        """Note that a digest was mailed."""
        mailed = self._notifications.update(_key(identity_id, digest_id))
        mailed.set(told_at=timestamp()).when(present("identity_id")).write()

    def due(self, now: datetime, hours: int) -> list[tuple[str, str]]:
        """Owners and ids of those whose reminder is due, of the last `hours`."""
        return [
            (found["identity_id"], found["notification_id"])
            for back in range(hours, -1, -1)
            for found in self._notifications.query(
                compare("remind_at", "<=", timestamp(now)),
                index="due-reminders",
                remind_hour=_hour(now - timedelta(hours=back)),
            )
        ]

    def claim_reminder(self, identity_id: str, notification_id: str) -> NotificationItem | None:
        """A notification whose due reminder is off the list now; None if another run took it."""
        claim = (
            self._notifications.update(_key(identity_id, notification_id))
            .set(reminded_at=timestamp())
            .remove("remind_hour", "remind_at")
            .when(_TOLD, present("remind_hour"))
        )
        try:
            return claim.read()
        except ConditionFailed:
            return None

    def note_seen(self, identity_id: str, notification_id: str, at: datetime) -> None:
        """Note when a notification was seen first; one that is not there stays so."""
        seen = self._notifications.update(_key(identity_id, notification_id))
        with suppress(ConditionFailed):
            seen.set(seen_at=timestamp(at)).when(_TOLD, absent("seen_at")).write()

    def note_response(
        self, identity_id: str, notification_id: str, response: Response, at: datetime
    ) -> None:
        """Note the reply to a notification, unless one of the last minute stands.

        A reply may be changed or repeated, but not so often that it keeps functions busy. An older
        reply that comes again, after a newer one, changes nothing for the same reason.
        """
        reply = self._notifications.update(_key(identity_id, notification_id))
        free = either(
            absent("responded_at"), compare("responded_at", "<", timestamp(at - _REPLY_STANDS))
        )
        with suppress(ConditionFailed):
            reply.set(response=response, responded_at=timestamp(at)).when(_TOLD, free).write()

    def _select(self, identity_id: str, since: str, only: Condition) -> list[NotificationItem]:
        found = self._notifications.query(
            compare("notification_id", ">=", since), only=only, identity_id=identity_id
        )
        return list(islice(found, MOST_AT_ONCE))

    def _claim(
        self, notification: NotificationItem, digest_id: str, remind_at: datetime | None
    ) -> Write:
        key = _key(notification["identity_id"], notification["notification_id"])
        claim = self._notifications.update(key).set(told_in=digest_id)
        if remind_at is not None and "seen_at" not in notification:
            claim.set(remind_hour=_hour(remind_at), remind_at=timestamp(remind_at))
        return claim.when(_TOLD, absent("told_in"))


def _key(identity_id: str, notification_id: str) -> Key:
    return {"identity_id": identity_id, "notification_id": notification_id}


def _hour(moment: datetime) -> str:
    return timestamp(moment)[:13]
