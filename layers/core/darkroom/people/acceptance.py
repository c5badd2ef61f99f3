"""From what users write to what functions trust: each answer is checked, noted and deleted.

Every write to the answers table is a record of its stream, with the whole item as it was then. So
an item is deleted as soon as it was read: what its user writes next has a record of its own. What
the stream did not bring is found by a look into the table.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from darkroom.apart import each_apart
from darkroom.aws.attribute_values import from_item
from darkroom.observability import logger
from darkroom.people.albums import Albums
from darkroom.people.answers import Answer, Answers, InvalidAnswer, read_answer
from darkroom.people.inbox import Inbox
from darkroom.people.own_files import OwnFiles
from darkroom.people.profiles import People
from darkroom.pipeline.uploads import upload_key

if TYPE_CHECKING:
    from darkroom.aws.dynamodb import Key

_AT_ONCE = 8
_LOOK_SECONDS = 30  # half of the function's timeout
_NAMED = 10  # owners of invalid answers that a log line names
# What the stream did not bring is found within the hour, or within some where looks failed. When it
# was written nobody knows: at the earliest so long ago.
_LONGEST_LOST = timedelta(days=1)


@dataclass(frozen=True)
class Written:
    """An item of the answers table as it was at a moment; `since` is when it was written, or the
    earliest moment when it may have been."""

    key: tuple[str, str]  # identity_id, about
    item: Mapping[str, Any]
    at: datetime
    since: datetime

    @staticmethod
    def of(item: Mapping[str, Any], at: datetime, since: datetime) -> Written:
        return Written((item["identity_id"], item["about"]), item, at, since)


@dataclass(frozen=True)
class Taken:
    """What was taken in about one thing: the owner, and how many writes were valid or not."""

    identity_id: str
    valid: int
    invalid: int


class Acceptance:
    """Takes answers in. A file that is put into the bin stays there for `bin_days`, if there is one
    at all."""

    def __init__(
        self,
        answers: Answers,
        inbox: Inbox,
        people: People,
        files: OwnFiles,
        albums: Albums,
        *,
        bin_days: int,
    ) -> None:
        self._answers = answers
        self._inbox = inbox
        self._people = people
        self._files = files
        self._albums = albums
        self._bin_days = bin_days

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
            since = now - _LONGEST_LOST
            taken = self._take_all([Written.of(item, now, since) for item in items])
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
        at, since = writes[0].at, writes[0].since
        invalid = 0
        for write in writes:
            try:
                answer = self._read(write.item)
            except InvalidAnswer:
                invalid += 1
                continue
            if said is None or answer.binned not in (None, said.binned):
                since = write.since  # an update repeats what was said before
            said, at = said.and_then(answer) if said else answer, write.at
        if said is not None:
            try:
                self._note(said, at, since)
            except InvalidAnswer:  # there is no room for what it says
                invalid = len(writes)
        self._answers.delete(*key)
        return Taken(key[0], valid=len(writes) - invalid, invalid=invalid)

    def _read(self, item: Mapping[str, Any]) -> Answer:
        answer = read_answer(item)
        if answer.binned and not self._bin_days:
            raise InvalidAnswer("there is no bin")
        return answer

    def _note(self, said: Answer, at: datetime, since: datetime) -> None:
        if said.path is not None and said.album_id is not None:
            self._note_place(said, said.path, said.album_id)
        elif said.path is not None:
            self._note_of_file(said, said.path, at, since)
        elif said.album_id is not None:
            self._note_album(said, said.album_id, at)
        elif said.muted is not None:
            self._people.mute(said.identity_id, said.muted)
        else:
            self._note_of_notification(said, at)

    def _note_of_notification(self, said: Answer, at: datetime) -> None:
        if said.seen:
            self._inbox.note_seen(said.identity_id, said.about, at)
        if said.response is not None:
            self._inbox.note_response(said.identity_id, said.about, said.response, at)

    def _note_of_file(self, said: Answer, path: str, at: datetime, since: datetime) -> None:
        if said.favourite is not None:
            self._files.mark_favourite(said.identity_id, path, said.favourite)
        if said.binned:
            self._files.bin(said.identity_id, path, at, since=since, days=self._bin_days)
        elif said.binned is not None:
            self._files.take_out_of_bin(said.identity_id, path, since=since)

    def _note_album(self, said: Answer, album_id: str, at: datetime) -> None:
        owner, name, cover = said.identity_id, said.name, said.cover
        if said.gone:
            self._albums.delete(owner, album_id)
            return
        if cover:
            cover = upload_key(owner, cover)  # so it is one of their own
        there = self._albums.change(owner, album_id, name=name, cover=cover)
        if not there and name is not None:
            self._albums.make(owner, album_id, name=name, cover=cover, at=at)

    def _note_place(self, said: Answer, path: str, album_id: str) -> None:
        if said.gone or said.rank is None:
            self._files.take_from_album(said.identity_id, path, album_id)
        else:
            self._files.put_into_album(said.identity_id, path, album_id, said.rank)


def _written(record: Mapping[str, Any]) -> Written:
    change = record["dynamodb"]
    at = datetime.fromtimestamp(change["ApproximateCreationDateTime"], UTC)
    return Written.of(from_item(change["NewImage"]), at, at)
