"""The shelf: indexes of owners who asked lately, unpacked on disk and opened, within bounds."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from darkroom.aws.errors import ObjectUnchanged
from darkroom.observability import logger
from darkroom.search.answers import Answers
from darkroom.search.archive import unpack
from darkroom.search.contract import Reply
from darkroom.search.engine import IndexUnreadable
from darkroom.search.index import Index
from darkroom.search.requests import Request
from darkroom.search.store import Store
from darkroom.work_folders import WorkFolder

MOST_BYTES = 256 << 20  # of all that is unpacked; a function has 512 MiB by default
_MOST_OWNERS = 50


@dataclass(frozen=True)
class Opened:
    """An index that can answer. `is_building` says that it lacks files yet."""

    etag: str
    modified: datetime
    folder: WorkFolder
    bytes: int
    answers: Answers
    is_building: bool


class Shelf:
    """Opens indexes, and keeps the latest. One thread uses it."""

    def __init__(self, store: Store, *, most_bytes: int = MOST_BYTES) -> None:
        self._store = store
        self._most_bytes = most_bytes
        self._opened: OrderedDict[str, Opened] = OrderedDict()

    def answer(self, owner: str, request: Request) -> Reply | None:
        """What an owner's index says; None where there is none, or one that is damaged."""
        try:
            opened = self.open(owner)
            if opened is None:
                return None
            answer = opened.answers.answer(request)
            return Reply(answer, opened.modified if opened.is_building else None)
        except IndexUnreadable as error:
            self.drop(owner)
            logger.warning("index unreadable", extra={"owner": owner, "reason": str(error)})
            return None

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
        self.drop(owner)
        if stored is None:
            return None
        if stored.body is None:
            raise IndexUnreadable("The archive is too large.")
        folder = WorkFolder()
        try:
            size = unpack(stored.body, folder.path)
            index = Index.open(folder.path, owner)
            opened = Opened(
                stored.etag,
                stored.modified,
                folder,
                size,
                Answers(index),
                index.state.is_building,
            )
        except BaseException:
            folder.remove()
            raise
        self._opened[owner] = opened
        self._make_room()
        return opened

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
