"""Parts: the index of an owner with many files, split by the years that these were taken in.

What lies at the key of such an owner's index are notes on the parts, and no index. A part is an
object of its own that is never changed: one that is written anew has another name. So whoever
replaces the notes replaces all at once, on the same condition as one index, and who reads them
finds every file once.

Where a file was before is not known, nor looked for: its number is noted as hidden in all parts but
the one that it is put in, until these are written anew. What is made of all records is made of new
parts beside the old ones, in which what is in the new ones is hidden; the old ones go at the end.
"""

from __future__ import annotations

import json
import shutil
import uuid
from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from darkroom.aws.errors import ObjectChanged, ObjectUnchanged
from darkroom.errors import TransientError
from darkroom.pipeline.uploads import upload_key
from darkroom.search.archive import pack, unpack
from darkroom.search.documents import Document
from darkroom.search.engine import IndexUnreadable, Reader
from darkroom.search.index import Index, State, number_of, schema
from darkroom.search.joined import FIRST_YEAR, LAST_YEAR, Joined, Piece
from darkroom.search.looks import Family
from darkroom.search.queries import Queries
from darkroom.search.store import Store
from darkroom.work_folders import WorkFolder

# An index of so many is replaced in about a second, and unpacked in 30 MB (make bench-search).
MOST_FILES = 200_000
_MOST_HIDDEN = 10_000  # numbers, 80 kB; a part with more is written anew without these files
_NOTES = "parts.json"


@dataclass(frozen=True)
class Part:
    """Files of the years from `first` to `last`; of an old one they are of any years.

    It has so many files of each of its years. One without a file has no object, and no name. It is
    old while new ones are made beside it.
    """

    name: str = ""
    first: str = FIRST_YEAR
    last: str = LAST_YEAR
    years: Mapping[str, int] = field(default_factory=dict)
    is_old: bool = False

    def holds(self, year: str) -> bool:
        """Whether files of a year belong in it."""
        return not self.is_old and self.first <= year <= self.last


class Changes:
    """What is to be put and deleted, as a writer of an index is told."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.gone: set[str] = set()
        self.fingerprints: set[int] = set()

    def put(self, document: Document) -> None:
        """Note a document to be put instead of the one of its path."""
        self.gone.discard(document.path)
        self.documents[document.path] = document

    def delete(self, path: str) -> None:
        """Note that the document of a path is to go."""
        self.documents.pop(path, None)
        self.gone.add(path)


class Parts:
    """The notes on an owner's parts, in a folder. They are changed as an index is."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        state: State,
        parts: Iterable[Part],
        *,
        etag: str | None,
        most_files: int,
    ) -> None:
        self._store = store
        self.folder = folder
        self.state = state
        self.parts = list(parts)
        self._etag = etag
        self._most_files = most_files
        self._made: list[str] = []
        self._left: list[str] = []

    @staticmethod
    def open(
        store: Store,
        folder: Path,
        owner: str,
        *,
        etag: str | None = None,
        most_files: int = MOST_FILES,
    ) -> Parts | None:
        """The notes in a folder; None if there are none, but an index.

        Raises:
            IndexUnreadable: they are damaged, or another owner's.
        """
        if not (folder / _NOTES).exists():
            return None
        try:
            noted = json.loads((folder / _NOTES).read_text(encoding="utf-8"))
            state = State(**noted["state"])
            parts = [Part(**each) for each in noted["parts"]]
        except (TypeError, KeyError, ValueError) as error:
            raise IndexUnreadable(f"The notes on parts cannot be read: {error}") from error
        if state.owner != owner:
            raise IndexUnreadable("The index is another owner's.")
        return Parts(store, folder, state, parts, etag=etag, most_files=most_files)

    @staticmethod
    def split(
        store: Store,
        folder: Path,
        index: Index,
        archive: Path,
        *,
        etag: str | None,
        most_files: int,
    ) -> Parts:
        """An index, of which there is an archive, as one old part beside new ones to be made."""
        folder.mkdir()
        state = replace(index.state, after=None)
        parts = Parts(store, folder, state, [], etag=etag, most_files=most_files)
        parts.parts.append(Part(parts._stored(archive), years=index.years()))
        parts.begin_again()
        return parts

    def hidden(self, part: Part) -> frozenset[int]:
        """The numbers of files that do not count in a part."""
        try:
            return frozenset(array("q", self._hidden_in(part).read_bytes()))
        except FileNotFoundError:
            return frozenset()
        except ValueError as error:
            raise IndexUnreadable(f"What is hidden cannot be read: {error}") from error

    def unpack(self, part: Part, folder: Path) -> Index:
        """A part, unpacked into an empty folder.

        Raises:
            ObjectChanged: the notes were replaced meanwhile, and the part is gone.
            IndexUnreadable: it is damaged, or gone although the notes are still there.
        """
        owner = self.state.owner
        stored = self._store.read(owner, part=part.name)
        if stored is None:
            try:
                self._store.read(owner, other_than=self._etag)
            except ObjectUnchanged:
                raise IndexUnreadable("A part of the index is missing.") from None
            raise ObjectChanged("The parts were replaced meanwhile.")
        unpack(stored.body, folder)
        return Index.open(folder, owner)

    def reader(self, *, before: Path | None = None, most_bytes: int) -> Reader:
        """What reads all of them as one index, each unpacked below the folder of the notes.

        A part is unpacked when it is first asked, and removed again when all of them take more
        than `most_bytes`. Those that lie below the folder of notes from before are taken from
        there. Whatever it is asked may raise ObjectChanged or IndexUnreadable, as `unpack` does.
        """
        pieces = []
        for part in self.parts:
            if part.name:
                folder = self.folder / part.name
                if before is not None and (before / part.name).exists():
                    (before / part.name).rename(folder)
                pieces.append(
                    Piece(
                        partial(self._opened, part, folder),
                        self.hidden(part),
                        first=part.first,
                        last=part.last,
                        close=partial(_remove, folder),
                    )
                )
        return cast(Reader, Joined(pieces, Queries(schema()), most_bytes=most_bytes))

    def _opened(self, part: Part, folder: Path) -> tuple[Reader, int]:
        if folder.exists():
            index = Index.open(folder, self.state.owner)
        else:
            folder.mkdir()
            try:
                index = self.unpack(part, folder)
            except BaseException:
                shutil.rmtree(folder)
                raise
        return index.reader(), sum(each.stat().st_size for each in folder.iterdir())

    # As an index does:

    def paths(self) -> list[str]:
        """None: files without a record go with the old parts."""
        return []

    def families(self) -> list[Family] | None:
        """None: what looks the same may be in two parts."""
        return None

    def note_families(self, before: Collection[Family] | None, added: Collection[int]) -> None:
        """Note nothing."""

    def begin_again(self) -> None:
        """Have new parts made of all records; the files of the old ones stay until then."""
        if self.state.after is not None:
            return
        years: Counter[str] = Counter()
        for part in self.parts:
            years.update(part.years)
        old = [part for part in self.parts if part.name]
        self.parts = [replace(part, first=FIRST_YEAR, last=LAST_YEAR, is_old=True) for part in old]
        self.parts += (
            Part(first=first, last=last) for first, last in _ranges(years, self._most_files // 2)
        )
        self._note(replace(self.state, after=upload_key(self.state.owner, "")))

    def mark(self, state: State) -> None:
        """Note how far it is made; at the end the old parts go, and what has grown is split."""
        if state.after is None:
            for part in self.parts:
                if part.is_old:
                    self._leave(part)
            self.parts = [part for part in self.parts if not part.is_old]
        self._note(state)
        if any(
            sum(part.years.values()) > self._most_files and len(part.years) > 1
            for part in self.parts
        ):
            self.begin_again()

    @contextmanager
    def writing(self) -> Iterator[Changes]:
        """Changes, all of which are in the parts and the notes when it ends without an error."""
        changes = Changes()
        yield changes
        for year in {document.year for document in changes.documents.values()}:
            if not any(part.holds(year) for part in self.parts):
                self.parts.append(Part(first=year, last=year))
        told = {number_of(path) for path in (*changes.documents, *changes.gone)}
        for at, part in enumerate(self.parts):
            own = [each for each in changes.documents.values() if part.holds(each.year)]
            hidden = self.hidden(part) | told if part.name else frozenset()
            if own or (len(hidden) > _MOST_HIDDEN and not part.is_old):
                self.parts[at] = self._written(part, hidden, own)
            elif hidden:
                self._hidden_in(part).write_bytes(array("q", hidden).tobytes())

    # What becomes of objects:

    def settle(self) -> None:
        """Delete the objects of parts that the notes, which are stored now, do not name."""
        self._delete(self._left)

    def undo(self) -> None:
        """Delete the objects that the notes of another, which are stored now, do not name.

        It may be that these are the notes that were to be stored: the SDK takes its own write for
        another's when a reply was lost.
        """
        with suppress(IndexUnreadable):
            self._delete({*self._made, *self._left} - names_of_parts(self._store, self.state.owner))

    def leave_all(self) -> None:
        """Have all parts go when the notes are replaced by something else."""
        self._left += (part.name for part in self.parts if part.name)

    def _written(self, part: Part, hidden: Collection[int], documents: list[Document]) -> Part:
        """A part anew, without what is hidden and with these documents."""
        with WorkFolder() as work:
            folder, archive = work / "part", work / "part.zip"
            folder.mkdir()
            if part.name:
                index = self.unpack(part, folder)
            else:
                index = Index.create(folder, self.state.owner)
            with index.writing() as writer:
                for number in hidden:
                    writer.forget(number)
                for document in documents:
                    writer.put(document)
            years = index.years()
            self._leave(part)
            if not years:
                return replace(part, name="", years={})
            pack(folder, archive)
            return replace(part, name=self._stored(archive), years=years)

    def _stored(self, archive: Path) -> str:
        name = uuid.uuid4().hex
        self._made.append(name)
        self._store.replace(self.state.owner, archive, etag=None, part=name)
        return name

    def _leave(self, part: Part) -> None:
        if part.name:
            self._left.append(part.name)
            self._hidden_in(part).unlink(missing_ok=True)

    def _delete(self, names: Iterable[str]) -> None:
        for name in names:
            with suppress(TransientError):  # what is left there does no harm
                self._store.delete_part(self.state.owner, name)

    def _hidden_in(self, part: Part) -> Path:
        return self.folder / f"{part.name}.hidden"

    def _note(self, state: State) -> None:
        self.state = state
        noted: dict[str, Any] = {
            "state": asdict(state),
            "parts": [asdict(part) for part in self.parts],
        }
        (self.folder / _NOTES).write_text(json.dumps(noted), encoding="utf-8")


def names_of_parts(store: Store, owner: str) -> set[str]:
    """The names of the parts that an owner's index has as it is stored now.

    Raises:
        IndexUnreadable: its notes are damaged.
    """
    stored = store.read(owner)
    if stored is None:
        return set()
    with WorkFolder() as folder:
        unpack(stored.body, folder)
        parts = Parts.open(store, folder, owner)
    return {part.name for part in parts.parts} if parts is not None else set()


def _remove(folder: Path) -> None:
    """Remove a folder, under another name: the engine's thread puts nothing there any more."""
    shutil.rmtree(folder.rename(folder.with_name(f"{folder.name}-done")))


def _ranges(years: Mapping[str, int], most: int) -> Iterator[tuple[str, str]]:
    """The first and the last year of ranges that have at most so many files, or one year."""
    first, last, files = "", "", 0
    for year in sorted(years):
        if files and files + years[year] > most:
            yield first, last
            files = 0
        first, last, files = first if files else year, year, files + years[year]
    if files:
        yield first, last
