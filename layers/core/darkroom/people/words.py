"""What people are told in mails and text messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from darkroom.kinds import Kind

REMINDER = "reminder"
DIGEST = "digest"
_NAMED = 10  # photos that are listed by name; the page has them all
_COUNTED = {
    "processed": ("is ready", "are ready"),
    "rejected": ("could not be processed", "could not be processed"),
    "over_quota": ("is over your quota", "are over your quota"),
    "failed": ("is not finished yet", "are not finished yet"),
}


@dataclass(frozen=True)
class Letter:
    """A message for a person. `subject` is ASCII in one line, as SNS requires, under 100 bytes."""

    kind: str
    subject: str
    text: str


def headline(end: str, file_kind: str = Kind.PICTURE) -> str:
    """How one file of a kind ended, in a line: `Your photo is ready`."""
    return f"Your {_noun([file_kind])} {_phrase(end, 1)}"


def compose(notifications: Sequence[Mapping[str, Any]]) -> Letter:
    """One message about all of these notifications; there is at least one."""
    if len(notifications) == 1:
        [only] = notifications
        return Letter(only["kind"], headline(only["kind"], _file_kind(only)), _line(only))
    subject = f"{len(notifications)} {_noun(map(_file_kind, notifications))}s"
    return Letter(DIGEST, subject, _summary(notifications))


def compose_reminder(notifications: Sequence[Mapping[str, Any]]) -> Letter:
    """A message that these notifications were not looked at; there is at least one."""
    count = len(notifications)
    what = _noun(map(_file_kind, notifications))
    waiting = f"A {what} waits" if count == 1 else f"{count} {what}s wait"
    return Letter(REMINDER, f"{waiting} for you", _summary(notifications))


def _summary(notifications: Sequence[Mapping[str, Any]]) -> str:
    counts = Counter(notification["kind"] for notification in notifications)
    lines = [f"{count} {_phrase(kind, count)}." for kind, count in counts.most_common()]
    # What is ready needs no name; what is not needs its owner.
    troubled = [each for each in notifications if each["kind"] != "processed"]
    lines += ["", *(_line(each) for each in troubled[:_NAMED])] if troubled else []
    if len(troubled) > _NAMED:
        lines.append(f"… and {len(troubled) - _NAMED} more.")
    return "\n".join(lines)


def _file_kind(notification: Mapping[str, Any]) -> str:
    return str(notification.get("file_kind", Kind.PICTURE))  # older ones are all of pictures


def _noun(file_kinds: Iterable[str]) -> str:
    return "photo" if set(file_kinds) == {Kind.PICTURE} else "file"


def _phrase(kind: str, count: int) -> str:
    one, many = _COUNTED[kind]
    return one if count == 1 else many


def _line(notification: Mapping[str, Any]) -> str:
    name = notification["image"].rpartition("/")[2]
    # A name may hold anything, a line break or a mark that turns the text around among it.
    printable = "".join(character if character.isprintable() else " " for character in name)
    return f"{printable}: {notification['message']}"
