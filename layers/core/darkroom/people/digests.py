"""One mail for what happened together, and one reminder of what nobody looked at.

Every notification causes a message that waits in the digest queue for a while. The first to come
out takes along everything that its owner has not been told of by then; the others find that they
were taken along. Who takes what is decided by a transaction, so it happens once, however many
messages come out at the same time.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from darkroom.errors import TransientError
from darkroom.people.inbox import Inbox, Notification
from darkroom.people.mail import Letters
from darkroom.people.profiles import People
from darkroom.people.words import REMINDER, compose, compose_reminder

_RACES = 5
# A sweep that fails for two days leaves reminders behind that nobody misses any more.
_LATEST_HOURS = 48


class Digests:
    """Tells people, by mail and the like, what they have not seen by themselves."""

    def __init__(
        self, inbox: Inbox, people: People, letters: Letters, *, reminder_minutes: int
    ) -> None:
        self._inbox = inbox
        self._people = people
        self._letters = letters
        self._reminder = timedelta(minutes=reminder_minutes) if reminder_minutes else None

    def tell(self, identity_id: str, notification_id: str) -> int:
        """Tell of a notification and whatever else its owner was not told of; how many it was.

        Raises:
            TransientError: other messages of this user's kept winning.
        """
        for _ in range(_RACES):
            first = self._inbox.read(identity_id, notification_id)
            if first is None or first.get("told_in", notification_id) != notification_id:
                return 0  # expired, or told by another's message
            if "told_at" in first:
                return 0
            if "told_in" in first:  # an earlier attempt got as far as that
                return self._send(first, self._inbox.taken_along(identity_id, notification_id))
            now = datetime.now(UTC)
            together = self._inbox.untold(identity_id, notification_id)
            if together and self._inbox.take_along(
                together,
                by=notification_id,
                remind_at=now + self._reminder if self._reminder else None,
            ):
                return self._send(first, together)
        raise TransientError(f"The notifications of {identity_id} are told by too many at once.")

    def _send(self, first: Notification, together: list[Notification]) -> int:
        identity_id = first["identity_id"]
        muted = self._people.muted(identity_id)
        unseen = [each for each in together if "seen_at" not in each and each["kind"] not in muted]
        if unseen:
            self._letters.send(identity_id, compose(unseen), unseen)
        self._inbox.note_told(identity_id, first["notification_id"])
        return len(unseen)


class Reminders:
    """Reminds people, once, of what they have not looked at."""

    def __init__(self, inbox: Inbox, people: People, letters: Letters) -> None:
        self._inbox = inbox
        self._people = people
        self._letters = letters

    def sweep(self, now: datetime) -> int:
        """Send every reminder that is due, one for each person; how many it was.

        A reminder is taken off the list before it is sent: one that is lost on the way is not sent
        again, for twice would be worse than not at all.
        """
        owners: dict[str, list[str]] = {}
        for identity_id, notification_id in self._inbox.due(now, _LATEST_HOURS):
            owners.setdefault(identity_id, []).append(notification_id)
        return sum(self._remind(identity_id, ids) for identity_id, ids in owners.items())

    def _remind(self, identity_id: str, notification_ids: list[str]) -> bool:
        muted = self._people.muted(identity_id)
        claimed = [self._inbox.claim_reminder(identity_id, each) for each in notification_ids]
        unseen = [
            each
            for each in claimed
            if each is not None and "seen_at" not in each and each["kind"] not in muted
        ]
        if not unseen or REMINDER in muted:
            return False
        self._letters.send(identity_id, compose_reminder(unseen), unseen)
        return True
