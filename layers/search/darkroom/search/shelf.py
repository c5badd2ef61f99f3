"""The shelf: indexes of owners who asked lately, unpacked on disk and opened, within bounds."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from darkroom.aws.errors import ObjectChanged, ObjectUnchanged
from darkroom.errors import TransientError
from darkroom.observability import logger
from darkroom.search.answers import Answers
from darkroom.search.archive import unpack
from darkroom.search.contract import Reply
from darkroom.search.engine import IndexUnreadable
from darkroom.search.index import Index, schema
from darkroom.search.parts import Parts
from darkroom.search.queries import Queries
from darkroom.search.requests import Request
from darkroom.search.store import Store, Stored
from darkroom.work_folders import WorkFolder

MOST_BYTES = 256 << 20  # of all that is unpacked; a function has 512 MiB by default
_MOST_OWNERS = 50
_ATTEMPTS = 5


@dataclass(frozen=True)
class Opened:
    """An index that can answer. `is_building` says that it lacks files yet."""

    etag: str
    modified: datetime
    folder: WorkFolder
    answers: Answers
    is_building: bool

    @property
    def bytes(self) -> int:
        """How many bytes it takes, with those of its parts that are unpacked."""
        return sum(path.stat().st_size for path in self.folder.path.rglob("*"))


class Shelf:
    """Opens indexes, and keeps the latest. One thread uses it."""

    def __init__(self, store: Store, *, most_bytes: int = MOST_BYTES) -> None:
        self._store = store
        self._most_bytes = most_bytes
        self._opened: OrderedDict[str, Opened] = OrderedDict()

    def answer(self, owner: str, request: Request) -> Reply | None:
        """What an owner's index says; None where there is none, or one that is damaged.

        Raises:
            TransientError: its parts were replaced each time while they were read.
        """
        try:
            return self._answer(owner, request)
        except IndexUnreadable as error:
            self.drop(owner)
            logger.warning("index unreadable", extra={"owner": owner, "reason": str(error)})
            return None

    def _answer(self, owner: str, request: Request) -> Reply | None:
        for _ in range(_ATTEMPTS):
            with suppress(ObjectChanged):
                opened = self.open(owner)
                if opened is None:
                    return None
                answer = opened.answers.answer(request)
                self._make_room()
                return Reply(answer, opened.modified if opened.is_building else None)
        raise TransientError(f"The parts of the index of {owner} are replaced all the time.")

    def open(self, owner: str) -> Opened | None:
        """The index of an owner as it is stored now; None where there is none.

        Raises:
            IndexUnreadable: it is damaged.
        """
        known = self._opened.get(owner)
        try:
            stored = self._store.read(owner, other_than=known.etag if known else None)
        except ObjectUnchanged:
            self._opened.move_to_end(owner)
            return known
        before = self._opened.pop(owner, None)
        try:
            opened = None if stored is None else self._unpacked(owner, stored, before)
        finally:
            if before is not None:
                before.folder.remove()
        if opened is not None:
            self._opened[owner] = opened
            self._make_room()
        return opened

    def _unpacked(self, owner: str, stored: Stored, before: Opened | None) -> Opened:
        """What is stored, unpacked and opened; of parts, those that are new since before."""
        folder = WorkFolder()
        try:
            unpack(stored.body, folder.path)
            parts = Parts.open(self._store, folder.path, owner, etag=stored.etag)
            if parts is None:
                index = Index.open(folder.path, owner)
                state, answers = index.state, Answers.of(index)
            else:
                reader = parts.reader(
                    before=before.folder.path if before else None, most_bytes=self._most_bytes
                )
                state = parts.state
                answers = Answers(state, reader, Queries(schema()), parts.families)
            return Opened(stored.etag, stored.modified, folder, answers, state.is_building)
        except BaseException:
            folder.remove()
            raise

    def drop(self, owner: str) -> None:
        """Forget an owner's index, if it is here."""
        opened = self._opened.pop(owner, None)
        if opened is not None:
            opened.folder.remove()

    def _make_room(self) -> None:
        """Drop what was not asked for the longest; never the latest."""
        while len(self._opened) > 1 and (
            len(self._opened) > _MOST_OWNERS
            or sum(opened.bytes for opened in self._opened.values()) > self._most_bytes
        ):
            self.drop(next(iter(self._opened)))
