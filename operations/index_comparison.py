"""Whether an owner's index is what the records say: document by document, word by word.

What `index` would make of the records now is made here, and compared with what is stored. One owner
at a time, so what is in memory is what the index of one has.
"""

from __future__ import annotations

import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tantivy
from darkroom.aws.dynamodb import Table
from darkroom.aws.errors import ObjectChanged
from darkroom.pipeline.join import has_ended
from darkroom.pipeline.uploads import path_of
from darkroom.search.archive import unpack
from darkroom.search.documents import document_of
from darkroom.search.engine import IndexUnreadable, Reader
from darkroom.search.index import VALUES, Index, State, schema
from darkroom.search.looks import Family
from darkroom.search.messages import Told
from darkroom.search.parts import Parts
from darkroom.search.store import Store, Stored
from darkroom.search.updates import Updates
from darkroom.work_folders import WorkFolder

if TYPE_CHECKING:
    from darkroom.model import ImageItem
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

TEXTS = ("names", "words", *VALUES)
NUMBERS = ("moment", "fingerprint", "bytes", "width", "height", "latitude", "longitude")
# What a record raises that has not what every record has: somebody wrote it by hand.
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)


@dataclass(frozen=True, order=True)
class Difference:
    """A document that is missing, differs, or is of no record; of a whole index `path` is empty."""

    owner: str
    path: str
    what: str

    @staticmethod
    def of_unreadable(owner: str, path: str, error: Exception) -> Difference:
        """That of a record of which no document can be made."""
        what = f"has a record that cannot be read ({type(error).__name__}: {error})"
        return Difference(owner, path, what)


class _Kept(Store):
    """A store of one index, on this machine."""

    def __init__(self) -> None:
        self.stored: Stored | None = None

    def read(self, owner: str, *, other_than: str | None = None, part: str = "") -> Stored | None:
        return self.stored

    def replace(self, owner: str, archive: Path, *, etag: str | None, part: str = "") -> str:
        made = uuid.uuid4().hex
        self.stored = Stored(made, datetime.now(UTC), archive.read_bytes())
        return made


class IndexComparison:
    """Compares stored indexes with the records."""

    def __init__(
        self,
        store: Store,
        dynamodb: DynamoDBClient,
        s3: S3Client,
        *,
        images_table: str,
        processed_bucket: str,
    ) -> None:
        self._store = store
        self._images: Table[ImageItem] = Table(dynamodb, images_table)
        self._kept = _Kept()
        self._updates = Updates(
            self._kept,
            dynamodb,
            s3,
            images_table=images_table,
            processed_bucket=processed_bucket,
            most_files=sys.maxsize,
        )
        self._documents: dict[str, int] = {}

    @property
    def documents(self) -> int:
        """How many documents the indexes of those who were compared have to have."""
        return sum(self._documents.values())

    def differences(self, owner: str) -> set[Difference]:
        """How an owner's index differs from what the records say."""
        with WorkFolder() as folder:
            try:
                made = self._made(owner, folder / "made")
            except UNREADABLE:
                # Nobody can say what the index has to be. `index` cannot make it, either.
                if unreadable := set(self._unreadable(owner)):
                    return unreadable
                raise
            count = self._documents[owner] = len(made.paths())
            try:
                stored = self._stored(owner, folder / "stored")
                if stored is None:
                    return {Difference(owner, "", "there is no index")} if count else set()
                if stored.state.after is not None:
                    return {Difference(owner, "", "it is being made")}
                return set(_compared(owner, stored, _Whole.of(made)))
            except IndexUnreadable as error:
                return {Difference(owner, "", f"cannot be read: {error}")}
            except ObjectChanged:
                return {Difference(owner, "", "its parts are being replaced")}

    def _made(self, owner: str, folder: Path) -> Index:
        """What `index` makes of an owner's records."""
        self._kept.stored = None
        told = Told(rebuild=True)
        while self._updates.bring_up_to_date(owner, told).is_unfinished:
            told = Told()
        return _opened(self._kept.stored, owner, folder)

    def _unreadable(self, owner: str) -> Iterator[Difference]:
        """The records of an owner of which no document can be made."""
        for item in self._images.query(identity_id=owner):
            try:
                if has_ended(item):
                    document_of(item, None)
            except UNREADABLE as error:
                yield Difference.of_unreadable(owner, path_of(owner, item["image"]), error)

    def _stored(self, owner: str, folder: Path) -> _Whole | None:
        stored = self._store.read(owner)
        if stored is None:
            return None
        _unpack(stored, folder)
        parts = Parts.open(self._store, folder, owner, etag=stored.etag)
        if parts is None:
            return _Whole.of(Index.open(folder, owner))
        return _Whole(parts.state, parts.reader(most_bytes=sys.maxsize), None)


@dataclass(frozen=True)
class _Whole:
    """All of an owner's files, in one index or in parts. An older release noted no families."""

    state: State
    reader: Reader
    families: list[Family] | None

    @staticmethod
    def of(index: Index) -> _Whole:
        return _Whole(index.state, index.reader(), index.families())


def _opened(stored: Stored | None, owner: str, folder: Path) -> Index:
    _unpack(stored, folder)
    return Index.open(folder, owner)


def _unpack(stored: Stored | None, folder: Path) -> None:
    if stored is None:
        raise IndexUnreadable("it is gone")
    folder.mkdir()
    unpack(stored.body, folder)


def _compared(owner: str, stored: _Whole, made: _Whole) -> Iterator[Difference]:
    if stored.families is not None and _sets(stored.families) != _sets(made.families or []):
        yield Difference(owner, "", "differs in what looks the same")
    have, want = _Contents(stored), _Contents(made)
    for path in want.paths - have.paths:
        yield Difference(owner, path, "is missing")
    for path in have.paths - want.paths:
        yield Difference(owner, path, "is of no record")
    both = want.paths & have.paths
    for name in NUMBERS:
        had, wanted = have.numbers(name), want.numbers(name)
        for path in both:
            if had[path] != wanted[path]:
                yield Difference(owner, path, f"differs in {name}")
    for name in TEXTS:
        for term in have.terms(name) | want.terms(name):
            for path in (have.with_term(name, term) ^ want.with_term(name, term)) & both:
                yield Difference(owner, path, f"differs in {name}")


def _sets(families: list[Family]) -> set[frozenset[int]]:
    return set(map(frozenset, families))


class _Contents:
    """What an index holds of each document, by its path."""

    def __init__(self, whole: _Whole) -> None:
        self._reader = whole.reader
        self._addresses = self._matching(tantivy.Query.all_query())
        paths = [self._reader.path(address) for address in self._addresses]
        numbers = self._reader.values("number", self._addresses)
        self._path_of = dict(zip(numbers, paths, strict=True))
        self.paths = set(paths)

    def numbers(self, name: str) -> dict[str, Any]:
        """The numbers of a field."""
        values = self._reader.values(name, self._addresses)
        return dict(zip(self._path_of.values(), values, strict=True))

    def terms(self, name: str) -> set[str]:
        """The words of a field in all documents."""
        return {term for term, _ in self._reader.beginning(name, "", tantivy.Query.all_query())}

    def with_term(self, name: str, term: str) -> set[str]:
        """The documents that have a word in a field."""
        found = self._matching(tantivy.Query.term_query(schema(), name, term))
        return {self._path_of[number] for number in self._reader.values("number", found)}

    def _matching(self, query: tantivy.Query) -> list[tantivy.DocAddress]:
        return [address for _, address in self._reader.find(query)]
