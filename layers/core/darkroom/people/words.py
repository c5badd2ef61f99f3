"""Every sentence that people read of how their uploads ended.

Only the reasons why a file is refused are said where they are found: each is the sentence of its
`PermanentError`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from darkroom.kinds import Kind
from darkroom.printable import printable
from darkroom.states import Admission, Status
from darkroom.units import size

if TYPE_CHECKING:
    from darkroom.model import NotificationItem

REMINDER = "reminder"
DIGEST = "digest"
UNFINISHED = "Something went wrong on our side. Your upload is safe, and we will finish it."
_NAMED = 10  # files that are listed by name; the page has them all
_NOUNS = {Kind.PICTURE: "photo", Kind.VIDEO: "video"}
_PHRASES = {
    Status.PROCESSED: ("is ready", "are ready"),
    Status.REJECTED: ("could not be processed", "could not be processed"),
    Status.OVER_QUOTA: ("is over your quota", "are over your quota"),
    Status.FAILED: ("is not finished yet", "are not finished yet"),
}


@dataclass(frozen=True)
class Mail:
    """A message for a person. `subject` is ASCII in one line, as SNS requires, under 100 bytes."""

    kind: str
    subject: str
    text: str


def headline(end: Status, file_kind: Kind = Kind.PICTURE) -> str:
    """How one file of a kind ended, in a line: `Your photo is ready`."""
    return f"Your {_noun([file_kind])} {_phrase(end, 1)}"


def over_quota(met: Admission, limit: int, *, days: int) -> str:
    """What the owner of an upload can do that met this limit: of bytes, or of uploads.

    `days` is how long the upload is kept all the same.
    """
    kept = f"We keep this one for {'a day' if days == 1 else f'{days} days'}."
    if met == Admission.STORAGE_FULL:
        return (
            f"Your storage of {size(limit)} is full. "
            f"Delete files that you no longer need, then upload this one again. {kept}"
        )
    allowance = f"{limit:,} uploads" if met == Admission.UPLOADS_USED else size(limit)
    return (
        f"You have used up this period's upload allowance of {allowance}. "
        f"Upload this file again when the next period has begun. {kept}"
    )


def compose(notifications: Sequence[NotificationItem]) -> Mail:
    """One mail about all of these notifications; there is at least one."""
    if len(notifications) == 1:
        [only] = notifications
        return Mail(only["kind"], headline(only["kind"], _file_kind(only)), line(only))
    subject = f"{len(notifications)} {_noun(map(_file_kind, notifications))}s"
    return Mail(DIGEST, subject, _summary(notifications))


def compose_reminder(notifications: Sequence[NotificationItem]) -> Mail:
    """A mail that these notifications were not looked at; there is at least one."""
    count = len(notifications)
    what = _noun(map(_file_kind, notifications))
    waiting = f"A {what} waits" if count == 1 else f"{count} {what}s wait"
    return Mail(REMINDER, f"{waiting} for you", _summary(notifications))


def line(notification: NotificationItem) -> str:
    """A notification in one line: the file's name, and its sentence."""
    name = notification["image"].rpartition("/")[2]
    return f"{printable(name, instead=' ')}: {notification['message']}"


def _summary(notifications: Sequence[NotificationItem]) -> str:
    counts = Counter(notification["kind"] for notification in notifications)
    lines = [f"{count} {_phrase(kind, count)}." for kind, count in counts.most_common()]
    # What is ready needs no name; what is not needs its owner.
    troubled = [each for each in notifications if each["kind"] != Status.PROCESSED]
    lines += ["", *(line(each) for each in troubled[:_NAMED])] if troubled else []
    if len(troubled) > _NAMED:
        lines.append(f"… and {len(troubled) - _NAMED} more.")
    return "\n".join(lines)


def _file_kind(notification: NotificationItem) -> Kind:
    return notification.get("file_kind", Kind.PICTURE)  # older ones are all of pictures


def _noun(file_kinds: Iterable[Kind]) -> str:
    kinds = set(file_kinds)
    return _NOUNS.get(kinds.pop(), "file") if len(kinds) == 1 else "file"


def _phrase(end: Status, count: int) -> str:
    one, many = _PHRASES[end]
    return one if count == 1 else many
