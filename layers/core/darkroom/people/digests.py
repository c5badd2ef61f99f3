"""Digests: one mail for what happened together, and one reminder of what nobody looked at.

Every notification causes a message that waits in the digest queue for a while. The first to come
out claims for its digest every notification of this owner that belongs to none yet; the others find
theirs claimed. Who claims what is decided by a transaction, so it happens once, however many
messages come out at the same time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from darkroom.apart import each_apart
from darkroom.errors import TransientError
from darkroom.people.inbox import Inbox
from darkroom.people.mail import MailTopic
from darkroom.people.profiles import People
from darkroom.people.words import REMINDER, compose, compose_reminder

if TYPE_CHECKING:
    from darkroom.model import NotificationItem

_RACES = 5
# A function that fails for two days leaves reminders behind that nobody misses any more.
_LATEST_HOURS = 48


class Digests:
    """Mails people about what they have not seen by themselves."""

    def __init__(
        self, inbox: Inbox, people: People, topic: MailTopic, *, reminder_minutes: int
    ) -> None:
        self._inbox = inbox
        self._people = people
        self._topic = topic
        self._reminder = timedelta(minutes=reminder_minutes)

    def mail(self, identity_id: str, notification_id: str) -> int:
        """How many notifications were mailed: this one, and others that are in no digest yet.

        Raises:
            TransientError: other messages of this user's kept winning.
        """
        for _ in range(_RACES):
            first = self._inbox.read(identity_id, notification_id)
            if first is None or first.get("told_in", notification_id) != notification_id:
                return 0  # expired, or in the digest of another's message
            if "told_at" in first:
                return 0
            if "told_in" in first:  # an earlier attempt got as far as that
                return self._send(first, self._inbox.in_digest(identity_id, notification_id))
            now = datetime.now(UTC)
            together = self._inbox.in_no_digest(identity_id, notification_id)
            if together and self._inbox.claim_for_digest(
                together,
                digest_id=notification_id,
                remind_at=now + self._reminder if self._reminder else None,
            ):
                return self._send(first, together)
        raise TransientError(f"Too many digests claim the notifications of {identity_id} at once.")

    def _send(self, first: NotificationItem, together: list[NotificationItem]) -> int:
        identity_id = first["identity_id"]
        muted = self._people.muted(identity_id)
        unseen = [each for each in together if _is_news(each, muted)]
        if unseen:
            self._topic.send(identity_id, compose(unseen), unseen)
        self._inbox.note_mailed(identity_id, first["notification_id"])
        return len(unseen)


class Reminders:
    """Reminds people, once, of what they have not looked at."""

    def __init__(self, inbox: Inbox, people: People, topic: MailTopic) -> None:
        self._inbox = inbox
        self._people = people
        self._topic = topic

    def send_due(self, now: datetime) -> int:
        """How many reminders were due and are sent, one for each person.

        A reminder is taken off the list before it is sent: one that is lost on the way is not sent
        again, for twice would be worse than not at all. Nobody waits for another's.
        """
        owners: dict[str, list[str]] = {}
        for identity_id, notification_id in self._inbox.due(now, _LATEST_HOURS):
            owners.setdefault(identity_id, []).append(notification_id)
        return sum(each_apart(owners.items(), lambda due: self._remind(*due)))

    def _remind(self, identity_id: str, notification_ids: list[str]) -> bool:
        muted = self._people.muted(identity_id)
        claimed = [self._inbox.claim_reminder(identity_id, each) for each in notification_ids]
        unseen = [each for each in claimed if each is not None and _is_news(each, muted)]
        if not unseen or REMINDER in muted:
            return False
        self._topic.send(identity_id, compose_reminder(unseen), unseen)
        return True


def _is_news(notification: NotificationItem, muted: frozenset[str]) -> bool:
    return "seen_at" not in notification and notification["kind"] not in muted
