"""What users write: the answers table, and the one reader of it.

A user may write an item there of any size, with values of any type. So one function alone reads it,
`accept`, by `read_answer`: an item has one of a few forms, or no meaning. What it says goes into
tables that only functions write, and the item is deleted.

An item is about a notification, by its id, or about `mails`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from darkroom.aws.dynamodb import Key, Table
from darkroom.errors import DarkroomError
from darkroom.states import MailKind, Response

if TYPE_CHECKING:
    from darkroom.model import AnswerItem
    from mypy_boto3_dynamodb import DynamoDBClient

MAILS = "mails"
_LONGEST_MOMENT = 40  # characters; pages wrote 24
_SCANNED = 100  # items at a time: each may have 400 KB, and DynamoDB reads 1 MB at most


class InvalidAnswer(DarkroomError):
    """An item without a meaning; the message says why."""


@dataclass(frozen=True)
class Answer:
    """What a user says, every value of it checked."""

    identity_id: str
    about: str
    seen: bool = False
    response: Response | None = None
    muted: frozenset[MailKind] | None = None

    def and_then(self, later: Answer) -> Answer:
        """What this answer and a later one about the same say together."""
        return replace(
            later,
            seen=self.seen or later.seen,
            response=later.response or self.response,
            muted=self.muted if later.muted is None else later.muted,
        )


def read_answer(item: Mapping[str, Any]) -> Answer:
    """What an item of the answers table says.

    Raises:
        InvalidAnswer: it has an attribute, a type or a value that no answer has.
    """
    said = dict(item)
    answer = Answer(said.pop("identity_id"), said.pop("about"))
    allowed = {"muted"} if answer.about == MAILS else {"seen", "response"}
    if not said or not said.keys() <= allowed:
        raise InvalidAnswer(f"it may say {' and '.join(sorted(allowed))}, and nothing else")
    if "seen" in said:
        if said["seen"] is not True:
            raise InvalidAnswer("`seen` is not true")
        answer = replace(answer, seen=True)
    if "response" in said:
        if not is_response(said["response"]):
            raise InvalidAnswer("`response` is none of those that there are")
        answer = replace(answer, response=Response(said["response"]))
    if "muted" in said:
        kinds = said["muted"]
        if not isinstance(kinds, list) or any(kind not in list(MailKind) for kind in kinds):
            raise InvalidAnswer("`muted` is no list of kinds of mails")
        answer = replace(answer, muted=mail_kinds(kinds))
    return answer


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
