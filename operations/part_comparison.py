"""Whether an owner's part of OpenSearch is what the records say: every field of every document.

What `index` would make of the records now is made here, and compared with what is there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from darkroom.pipeline.join import has_ended
from darkroom.pipeline.uploads import path_of, upload_key
from darkroom.search.documents import document_of
from darkroom.search.opensearch.client import Client, IndexMissing, RequestRefused
from darkroom.search.opensearch.mapping import entry_of
from darkroom.search.opensearch.part import Part
from darkroom.search.opensearch.states import States
from darkroom.search.records import Records

from operations.command import CommandError
from operations.index_comparison import UNREADABLE, Difference

Entries = dict[str, dict[str, Any]]


class PartComparison:
    """Compares what OpenSearch has of owners with their records."""

    def __init__(self, client: Client, states: States, records: Records) -> None:
        self._client = client
        self._states = states
        self._records = records
        self._documents: dict[str, int] = {}

    @property
    def documents(self) -> int:
        """How many documents there have to be of those who were compared."""
        return sum(self._documents.values())

    def differences(self, owner: str) -> set[Difference]:
        """How an owner's documents differ from what the records say.

        Raises:
            CommandError: OpenSearch does not let this operator read.
            TransientError: nobody answers.
        """
        want: Entries = {}
        after: str | None = upload_key(owner, "")
        try:
            while after is not None:
                items, after = self._records.behind(owner, after)
                for document in self._records.documents(filter(has_ended, items)):
                    # As JSON has it: a list for a tuple.
                    want[document.path] = json.loads(json.dumps(entry_of(owner, document)))
        except UNREADABLE:
            # Nobody can say what is to be there. `index` cannot make it, either.
            if unreadable := set(self._unreadable(owner)):
                return unreadable
            raise
        self._documents[owner] = len(want)
        try:
            return set(self._compared(owner, want))
        except RequestRefused as error:
            raise CommandError(
                f"OpenSearch has to let you read, as it lets the two functions: {error}"
            ) from error

    def _unreadable(self, owner: str) -> Iterator[Difference]:
        """The records of an owner of which no document can be made."""
        after: str | None = upload_key(owner, "")
        while after is not None:
            items, after = self._records.behind(owner, after)
            for item in items:
                try:
                    if has_ended(item):
                        document_of(item, None)
                except UNREADABLE as error:
                    yield Difference.of_unreadable(owner, path_of(owner, item["image"]), error)

    def _compared(self, owner: str, want: Entries) -> Iterator[Difference]:
        stored = self._states.read(owner)
        state = stored.state if stored is not None else None
        if state is None:
            if want:
                yield Difference(owner, "", "there is no index")
            return
        if state.after is not None:
            yield Difference(owner, "", "it is being made")
            return
        try:
            part = Part(self._client, state.index, owner)
            have: Entries = {entry["path"]: entry for entry in part.entries()}
        except IndexMissing:
            yield Difference(owner, "", "there is no index")
            return
        for path in want.keys() - have.keys():
            yield Difference(owner, path, "is missing")
        for path in have.keys() - want.keys():
            yield Difference(owner, path, "is of no record")
        for path in want.keys() & have.keys():
            for name in want[path].keys() | have[path].keys():
                if want[path].get(name) != have[path].get(name):
                    yield Difference(owner, path, f"differs in {name}")
