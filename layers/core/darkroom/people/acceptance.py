"""From what users write to what functions trust: each answer is checked, noted and deleted.

Every write to the answers table is a record of its stream, with the whole item as it was then. So
an item is deleted as soon as it was read: what its user writes next has a record of its own. What
the stream did not bring is found by a look into the table.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from darkroom.apart import each_apart
from darkroom.aws.attribute_values import from_item
from darkroom.observability import logger
from darkroom.people.answers import Answer, Answers, InvalidAnswer, read_answer
from darkroom.people.inbox import Inbox
from darkroom.people.profiles import People

if TYPE_CHECKING:
    from darkroom.aws.dynamodb import Key

_AT_ONCE = 8
_LOOK_SECONDS = 30  # half of the function's timeout
_NAMED = 10  # owners of invalid answers that a log line names


@dataclass(frozen=True)
class Written:
    """An item of the answers table, as it was at a moment."""

    key: tuple[str, str]  # identity_id, about
    item: Mapping[str, Any]
    at: datetime

    @staticmethod
    def of(item: Mapping[str, Any], at: datetime) -> Written:
        return Written((item["identity_id"], item["about"]), item, at)


@dataclass(frozen=True)
class Taken:
    """What was taken in about one thing: the owner, and how many writes were valid or not."""

    identity_id: str
    valid: int
    invalid: int


class Acceptance:
    """Takes answers in."""

    def __init__(self, answers: Answers, inbox: Inbox, people: People) -> None:
        self._answers = answers
        self._inbox = inbox
        self._people = people

    def of_records(self, records: Iterable[Mapping[str, Any]]) -> tuple[int, int]:
        """How many of a stream's records were valid answers, and how many were not."""
        return self._take_all(each_apart(records, _written))

    def of_table(self) -> tuple[int, int]:
        """How many items of the table were valid answers, and how many were not."""
        valid = invalid = 0
        after: Key | None = None
        until = time.monotonic() + _LOOK_SECONDS
        while time.monotonic() < until:
            items, after = self._answers.waiting(after)
            now = datetime.now(UTC)
            taken = self._take_all([Written.of(item, now) for item in items])
            valid, invalid = valid + taken[0], invalid + taken[1]
            if after is None:
                break
        return valid, invalid

    def _take_all(self, written: Iterable[Written]) -> tuple[int, int]:
        about: dict[tuple[str, str], list[Written]] = {}
        for write in written:
            about.setdefault(write.key, []).append(write)
        taken = each_apart(about.items(), lambda each: self._take(*each), at_once=_AT_ONCE)
        refused = sorted({each.identity_id for each in taken if each.invalid})
        if refused:
            logger.warning("invalid answers deleted", extra={"of_users": refused[:_NAMED]})
        return sum(each.valid for each in taken), sum(each.invalid for each in taken)

    def _take(self, key: tuple[str, str], writes: list[Written]) -> Taken:
        """Take in what was written about one thing, oldest first."""
        said: Answer | None = None
        at = writes[-1].at
        invalid = 0
        for write in writes:
            try:
                answer = read_answer(write.item)
            except InvalidAnswer:
                invalid += 1
                continue
            said, at = said.and_then(answer) if said else answer, write.at
        if said is not None:
            self._note(said, at)
        self._answers.delete(*key)
        return Taken(key[0], valid=len(writes) - invalid, invalid=invalid)

    def _note(self, said: Answer, at: datetime) -> None:
        if said.seen:
            self._inbox.note_seen(said.identity_id, said.about, at)
        if said.response is not None:
            self._inbox.note_response(said.identity_id, said.about, said.response, at)
        if said.muted is not None:
            self._people.mute(said.identity_id, said.muted)


def _written(record: Mapping[str, Any]) -> Written:
    change = record["dynamodb"]
    at = datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC)
    return Written.of(from_item(change["NewImage"]), at)
