"""What users write: the answers table, and the one reader of it.

A user may write an item there of any size, with values of any type. So one function alone reads it,
`accept`, by `read_answer`: an item has one of a few forms, or no meaning. What it says goes into
tables that only functions write, and the item is deleted.

    about                  says
    a notification's id    seen, response
    mails                  muted
    file/{path}            favourite, binned: of the user's own file at that path
    album/{id}             name, cover, gone: of an album of theirs
    in/{id}/{path}         rank, gone: the file's place in that album

An update adds to an item that `accept` has not read yet. So what is taken back is said to be false,
not left out, and what is `gone` is gone whatever else its item says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from darkroom.aws.dynamodb import Key, Table
from darkroom.errors import DarkroomError
from darkroom.pipeline.uploads import MAX_KEY_BYTES, upload_key
from darkroom.printable import one_line
from darkroom.states import MailKind, Response

if TYPE_CHECKING:
    from darkroom.model import AnswerItem
    from mypy_boto3_dynamodb import DynamoDBClient

_LONGEST_MOMENT = 40  # characters; pages wrote 24
_LONGEST_NAME = 100  # characters
_RANK = re.compile("[0-9a-z]{1,40}")
_ALBUM_ID = "[a-z0-9]{12}"
_SCANNED = 100  # items at a time: each may have 400 KB, and DynamoDB reads 1 MB at most
# What an item may say, by what it is about.
_FORMS: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = tuple(
    (re.compile(about, re.DOTALL), frozenset(names.split()))
    for about, names in (
        ("mails", "muted"),
        ("[^/]+", "seen response"),
        ("file/(?P<path>.+)", "favourite binned"),
        (f"album/(?P<album_id>{_ALBUM_ID})", "name cover gone"),
        (f"in/(?P<album_id>{_ALBUM_ID})/(?P<path>.+)", "rank gone"),
    )
)


class InvalidAnswer(DarkroomError):
    """An item without a meaning, or with one that is not allowed; the message says why."""


@dataclass(frozen=True)
class Answer:
    """What a user says, every value of it checked; None is what they say nothing of."""

    identity_id: str
    about: str
    path: str | None = None  # of the file that it is about
    album_id: str | None = None
    seen: bool | None = None
    response: Response | None = None
    muted: frozenset[MailKind] | None = None
    favourite: bool | None = None
    binned: bool | None = None
    name: str | None = None
    cover: str | None = None  # a path, or "" for none
    rank: str | None = None
    gone: bool | None = None

    def and_then(self, later: Answer) -> Answer:
        """What this answer and a later one about the same say together."""
        return replace(self, **{k: v for k, v in vars(later).items() if v is not None})


def read_answer(item: Mapping[str, Any]) -> Answer:
    """What an item of the answers table says.

    Raises:
        InvalidAnswer: it has an attribute, a type or a value that no answer has.
    """
    said = dict(item)
    identity_id, about = said.pop("identity_id"), said.pop("about")
    found, allowed = _form(about)
    if not said or not said.keys() <= allowed:
        raise InvalidAnswer(f"it may say {' and '.join(sorted(allowed))}, and nothing else")
    values = {name: _READERS[name](value) for name, value in said.items()}
    for path in (found.get("path"), values.get("cover")):
        if path and len(upload_key(identity_id, path).encode()) > MAX_KEY_BYTES:
            raise InvalidAnswer("no file has a key of that length")
    for name, value in values.items():
        if value is None:
            raise InvalidAnswer(f"`{name}` has none of the values that there are")
    if values == {"gone": False}:
        raise InvalidAnswer("what is not gone has a name, a cover or a rank")
    if "name" in values or "rank" in values:
        values.setdefault("gone", False)  # it is there from now on, whatever was said before
    values |= {"path": found.get("path"), "album_id": found.get("album_id")}
    return Answer(identity_id, about, **values)


def is_about_notification(about: str) -> bool:
    """Whether what is said can be about a notification; else it is about files or albums."""
    return "/" not in about


def _form(about: str) -> tuple[dict[str, str], frozenset[str]]:
    """The parts of what an item is about, and what an item about that may say."""
    for form, allowed in _FORMS:
        if match := form.fullmatch(about):
            return match.groupdict(), allowed
    raise InvalidAnswer("it is about nothing that there is")


def _yes(value: Any) -> bool | None:
    return True if value is True else None


def _yes_or_no(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _response(value: Any) -> Response | None:
    return Response(value) if is_response(value) else None


def _muted(value: Any) -> frozenset[MailKind] | None:
    if not isinstance(value, list) or any(kind not in list(MailKind) for kind in value):
        return None
    return mail_kinds(value)


def _name(value: Any) -> str | None:
    """A name in one line, without what does anything but show; None where nothing is left."""
    if not isinstance(value, str) or len(value) > _LONGEST_NAME:
        return None
    return one_line(value) or None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _rank(value: Any) -> str | None:
    return value if isinstance(value, str) and _RANK.fullmatch(value) else None


# What an attribute says, if it has a value that it may have; else None.
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "seen": _yes,
    "response": _response,
    "muted": _muted,
    "favourite": _yes_or_no,
    "binned": _yes_or_no,
    "name": _name,
    "cover": _text,
    "rank": _rank,
    "gone": _yes_or_no,
}


def is_response(value: Any) -> bool:
    """Whether a value of any type is a reply to a notification."""
    return value in list(Response)


def mail_kinds(value: Any) -> frozenset[MailKind]:
    """The kinds of mails in a list or set; none in a value of another type."""
    found = value if isinstance(value, list | set) else []
    return frozenset(MailKind(kind) for kind in found if kind in list(MailKind))


def said_validly(notification: Mapping[str, Any]) -> dict[str, Any]:
    """A notification without what its owner wrote there that has no meaning.

    Before the answers table users wrote these attributes themselves, with values of any type.
    """
    valid = {
        "seen_at": _is_moment,
        "responded_at": _is_moment,
        "response": is_response,
    }
    return {
        name: value
        for name, value in notification.items()
        if name not in valid or valid[name](value)
    }


def _is_moment(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_MOMENT


class Answers:
    """The answers table: what users wrote, and no function has taken in yet."""

    def __init__(self, client: DynamoDBClient, *, table: str) -> None:
        self._answers: Table[AnswerItem] = Table(client, table)

    def waiting(self, after: Key | None) -> tuple[list[AnswerItem], Key | None]:
        """Some of the items, and the last one's key where there may be more."""
        return self._answers.scan(_SCANNED, after)

    def delete(self, identity_id: str, about: str) -> None:
        """Delete an item; what its user writes later is another."""
        self._answers.delete({"identity_id": identity_id, "about": about}).write()
