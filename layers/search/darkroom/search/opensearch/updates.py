"""Updates: an owner's documents brought to what the records say.

It goes as with the other engine: the owner's state is read, then records, and the state is replaced
in the end only if nobody has meanwhile; else all of it is done again. So whoever replaces it has
seen every change that one before had seen. Until then a document may be there of what a record said
before: on a domain not even so, because a document is written only over one of an earlier turn.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from darkroom.aws.errors import ObjectChanged
from darkroom.observability import logger
from darkroom.pipeline.join import has_ended
from darkroom.pipeline.uploads import path_of, upload_key
from darkroom.search.contract import Outcome, until_nobody_else_writes
from darkroom.search.documents import Document
from darkroom.search.messages import Told
from darkroom.search.opensearch.client import Client
from darkroom.search.opensearch.mapping import drop_if_empty, exists, newest
from darkroom.search.opensearch.part import OlderThanThere, Part
from darkroom.search.opensearch.queries import EVERYTHING, behind
from darkroom.search.opensearch.states import State, States
from darkroom.search.records import PAGE, Records, changes_of

if TYPE_CHECKING:
    from darkroom.model import ImageItem

_SCAN_SECONDS = 10  # of one replacement: who is told of a change meanwhile waits no longer
_VISIBLE_SECONDS = 15  # after which a collection finds what was written: it takes ten


class Updates:
    """Writes documents."""

    def __init__(
        self,
        client: Client,
        states: States,
        records: Records,
        *,
        name: str,
        scan_seconds: float = _SCAN_SECONDS,
    ) -> None:
        self._client = client
        self._states = states
        self._reader = records
        self._name = name
        self._scan_seconds = scan_seconds

    def bring_up_to_date(self, owner: str, told: Told) -> Outcome:
        """Bring an owner's documents to what the records say of what was told.

        Where there are none, they are begun with all records, and some more of these are gone
        through.

        Raises:
            TransientError: others kept writing, or nobody answers.
        """
        return until_nobody_else_writes(owner, lambda: self._replace(owner, told))

    def _replace(self, owner: str, told: Told) -> Outcome:
        target = newest(self._client, self._name)
        state, etag = self._read(owner, target)
        if state.to != target:  # they move there, from the first to the last
            state = replace(state, to=target, after=upload_key(owner, ""))
        elif state.after is None and told.rebuild:
            state = replace(state, after=upload_key(owner, ""))
        writer = _Writer(
            [Part(self._client, name, owner) for name in {target: None, state.index: None}],
            version=state.turn,
        )
        unwritten: set[str] = set()
        keys, after = list(told.images), state.after
        try:
            for at in range(0, len(keys), PAGE):
                found = self._records(owner, keys[at : at + PAGE])
                changes = changes_of(found, told.images)
                unwritten |= changes.unwritten
                writer.write(
                    self._reader.documents(changes.ended),
                    [path_of(owner, key) for key in changes.gone],
                )
            if after is not None:
                after = self._go_on(owner, after, writer)
        except OlderThanThere as error:
            # Somebody began at the same time. Who begins from now on has a later turn than both.
            self._states.replace(state, etag=etag)
            raise ObjectChanged(str(error)) from error
        writer.refresh()
        has_all = after is None
        if has_all and target != state.index:
            self._await_all(
                Part(self._client, target, owner), Part(self._client, state.index, owner)
            )
        self._states.replace(
            replace(
                state,
                index=target if has_all else state.index,
                after=after,
                fresh=state.fresh and not has_all,
            ),
            etag=etag,
        )
        if has_all and target != state.index:
            self._leave(owner, state)
        return Outcome(frozenset(unwritten), is_unfinished=not has_all)

    def _read(self, owner: str, target: str) -> tuple[State, str | None]:
        """The state to begin with, at its next turn, and the ETag of what it may replace.

        An owner without a state, or whose index is gone, has no documents. The turns of such a one
        begin with the seconds since 1970: documents of a state that was lost had earlier ones.
        """
        stored = self._states.read(owner)
        state = stored.state if stored is not None else None
        etag = stored.etag if stored is not None else None
        turn = 0 if state is None else state.turn + 1
        if state is not None and (state.index == target or exists(self._client, state.index)):
            return replace(state, turn=turn), etag
        if stored is not None:
            logger.warning("index begun anew: state or index gone", extra={"owner": owner})
        turn = max(int(time.time()), turn)
        return State(owner, target, target, turn, after=upload_key(owner, ""), fresh=True), etag

    def _go_on(self, owner: str, after: str, writer: _Writer) -> str | None:
        """Write the records behind the key that was reached; the key that is reached now.

        None at the end of them. Documents in between that are of no record are deleted.
        """
        end = time.monotonic() + self._scan_seconds
        paths = writer.paths_behind(path_of(owner, after))
        while True:
            items, last = self._reader.behind(owner, after)
            at = bisect_right(paths, path_of(owner, after))
            to = len(paths) if last is None else bisect_right(paths, path_of(owner, last))
            gone = set(paths[at:to]) - {path_of(owner, item["image"]) for item in items}
            writer.write(self._reader.documents(filter(has_ended, items)), gone)
            if last is None:
                return None
            after = last
            if time.monotonic() > end:
                return after

    def _records(self, owner: str, keys: Sequence[str]) -> dict[str, ImageItem | None]:
        """The record at each of up to 100 keys; None where there is none."""
        return self._reader.get(owner, keys)

    def _await_all(self, new: Part, old: Part) -> None:
        """Wait until as much is found in a new index as in the old one, which a collection needs.

        It is not waited for long: one file may have been put and another deleted meanwhile.
        """
        end = time.monotonic() + _VISIBLE_SECONDS
        while new.count(EVERYTHING) < old.count(EVERYTHING) and time.monotonic() < end:
            time.sleep(1)

    def _leave(self, owner: str, state: State) -> None:
        """Delete an owner's documents in the index where nobody looks for them any more.

        The last owner who leaves it takes it away.
        """
        old = Part(self._client, state.index, owner)
        old.clear(version=state.turn + 1)
        old.refresh()
        drop_if_empty(self._client, state.index)


class _Writer:
    """Writes documents to where they are looked for, and to where they move.

    Of a path that is told twice the first counts: all of it was read after the state.
    """

    def __init__(self, parts: Sequence[Part], *, version: int) -> None:
        self._parts = parts
        self._version = version
        self._written: set[str] = set()

    def write(self, documents: Iterable[Document], gone: Iterable[str]) -> None:
        new = [each for each in documents if each.path not in self._written]
        old = [path for path in gone if path not in self._written]
        self._written.update(old, (each.path for each in new))
        for part in self._parts:
            part.write(new, old, version=self._version)

    def paths_behind(self, path: str) -> list[str]:
        """The paths behind one that have a document anywhere, in their order."""
        found = (part.every(behind(path), ["path"]) for part in self._parts)
        return sorted({each["path"] for each in chain.from_iterable(found)})

    def refresh(self) -> None:
        for part in self._parts:
            part.refresh()
