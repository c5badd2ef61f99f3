"""The index of one owner in a folder: an engine's files, and how far they are made.

The engine is tantivy. Its integers are signed here: a number that an unsigned field cannot hold
ends its writer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import tantivy
from darkroom.pipeline.uploads import upload_key
from darkroom.search.documents import Document, signed
from darkroom.search.documents import number_of as number_of
from darkroom.search.engine import IndexUnreadable, Reader, engine_errors
from darkroom.search.looks import Family, families, packed, renewed, unpacked, unsigned

VALUES = ("kind", "state", "camera", "lens", "place", "colour", "orientation", "year")
_NUMBERS = ("moment", "number", "fingerprint", "bytes", "width", "height")
_ANALYZER = "words"  # what is indexed was taken apart before: by blanks alone
_STATE = "darkroom.json"
_FAMILIES = "families.bin"
_COMMITTED = "meta.json"  # the engine's: it is another one after each change
_HEAP_BYTES = 32_000_000  # of a writer; 15 MB is the least there is
_MOST_YEARS = 10_000


@dataclass(frozen=True)
class State:
    """Whose an index is, and how far it is made.

    While it is made of the records, `after` is the key up to which they are in it. It is `fresh`
    if it was made of nothing: then it lacks what comes behind that key.
    """

    owner: str
    after: str | None = None
    fresh: bool = False

    @property
    def is_building(self) -> bool:
        """Whether it lacks files."""
        return self.fresh and self.after is not None


class Index:
    """An owner's documents. A path has one at most."""

    def __init__(self, index: tantivy.Index, folder: Path, state: State) -> None:
        self._index = index
        self._folder = folder
        self.state = state
        index.register_tokenizer(
            _ANALYZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        )

    @staticmethod
    def create(folder: Path, owner: str) -> Index:
        """An index without documents in an empty folder, which is to be made of all records."""
        state = State(owner, after=upload_key(owner, ""), fresh=True)
        index = Index(tantivy.Index(schema(), path=str(folder)), folder, state)
        index.mark(state)
        return index

    @staticmethod
    def open(folder: Path, owner: str) -> Index:
        """The index of an owner in a folder.

        Raises:
            IndexUnreadable: it is none, is damaged, or is another owner's.
        """
        try:
            written = json.loads((folder / _STATE).read_text(encoding="utf-8"))
            state = State(**written)
            with engine_errors():
                index = Index(tantivy.Index.open(str(folder)), folder, state)
        except (OSError, TypeError, ValueError) as error:
            raise IndexUnreadable(f"The index cannot be opened: {error}") from error
        if state.owner != owner:
            raise IndexUnreadable("The index is another owner's.")
        return index

    @property
    def schema(self) -> tantivy.Schema:
        """Its fields, which queries are made for."""
        return self._index.schema

    def reader(self) -> Reader:
        """What answers questions on the documents as they are now.

        Raises:
            IndexUnreadable: a file of it is damaged.
        """
        return Reader(self._index)

    def count(self) -> int:
        """How many documents it has.

        Raises:
            IndexUnreadable: a file of it is damaged.
        """
        return self.reader().count(tantivy.Query.all_query())

    def years(self) -> dict[str, int]:
        """How many files it has of each year, in four digits.

        Raises:
            IndexUnreadable: as above.
        """
        everything = tantivy.Query.all_query()
        return dict(self.reader().frequent(everything, ["year"], _MOST_YEARS)["year"])

    def paths(self) -> list[str]:
        """The paths of all documents, in their order.

        Raises:
            IndexUnreadable: as above.
        """
        found = self.reader().beginning("path", "", tantivy.Query.all_query())
        return sorted(path for path, _ in found)

    def families(self) -> list[Family] | None:
        """The families of all fingerprints, as they were noted; None if they were not since then.

        What was noted of other files does not count: an older release leaves it as it is.
        """
        try:
            noted = (self._folder / _FAMILIES).read_bytes()
            of = self._committed()
        except OSError:
            return None
        return unpacked(noted[len(of) :]) if noted.startswith(of) else None

    def note_families(self, before: Collection[Family] | None, added: Collection[int]) -> None:
        """Note the families of all fingerprints, from those before some were added, or of nothing.

        While it is made of the records none are noted.

        Raises:
            IndexUnreadable: a file of it is damaged.
        """
        noted = self._folder / _FAMILIES
        if self.state.after is not None:
            noted.unlink(missing_ok=True)
            return
        reader = self.reader()
        found = reader.find(tantivy.Query.exists_query("fingerprint"))
        now = set(unsigned(reader.values("fingerprint", [address for _, address in found])))
        told = families(now) if before is None else renewed(before, now, added)
        noted.write_bytes(self._committed() + packed(told))

    def _committed(self) -> bytes:
        return hashlib.sha256((self._folder / _COMMITTED).read_bytes()).digest()

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Changes, all of which are in the folder when it ends without an error.

        Raises:
            IndexUnreadable: a file of it is damaged.
        """
        with engine_errors():
            writer = self._index.writer(_HEAP_BYTES, 1)
        try:
            yield Writer(writer)
        except BaseException:
            with engine_errors():
                writer.rollback()
                writer.wait_merging_threads()
            raise
        with engine_errors():
            writer.commit()
            writer.wait_merging_threads()

    def mark(self, state: State) -> None:
        """Note how far it is made."""
        self.state = state
        (self._folder / _STATE).write_text(json.dumps(asdict(state)), encoding="utf-8")

    def begin_again(self) -> None:
        """Note that it is to be made of all records once more; its documents stay until then."""
        if self.state.after is None:
            self.mark(replace(self.state, after=upload_key(self.state.owner, "")))


class Writer:
    """Puts and deletes documents. `fingerprints` are those of what was put."""

    def __init__(self, writer: tantivy.IndexWriter) -> None:
        self._writer = writer
        self.fingerprints: set[int] = set()

    def put(self, document: Document) -> None:
        """Put a document instead of the one of its path, if there is one."""
        self.delete(document.path)
        with engine_errors():
            self._writer.add_document(_entry(document))
        if document.fingerprint is not None:
            self.fingerprints.add(document.fingerprint)

    def delete(self, path: str) -> None:
        """Delete the document of a path; one that is not there does no harm."""
        with engine_errors():
            self._writer.delete_documents_by_term("path", path)

    def forget(self, number: int) -> None:
        """Delete the document that a number stands for, if it is there."""
        with engine_errors():
            self._writer.delete_documents_by_term("number", number)


@cache
def schema() -> tantivy.Schema:
    """The fields of all indexes."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("path", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("names", "words"):
        builder.add_text_field(name, tokenizer_name=_ANALYZER, index_option="basic")
    for name in VALUES:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in _NUMBERS:
        builder.add_integer_field(name, fast=True, indexed=name in ("moment", "number"))
    for name in ("latitude", "longitude"):
        builder.add_float_field(name, fast=True)
    return builder.build()


def _entry(document: Document) -> tantivy.Document:
    entry = tantivy.Document()
    entry.add_text("path", document.path)
    entry.add_text("names", " ".join(document.names))
    entry.add_text("words", " ".join(document.words))
    values: dict[str, Any] = {name: getattr(document, name, None) for name in VALUES}
    for name, value in values.items():
        if value is not None:
            entry.add_text(name, value)
    for place in document.places:
        entry.add_text("place", place)
    numbers = {
        "moment": document.moment,
        "number": number_of(document.path),
        "fingerprint": None if document.fingerprint is None else signed(document.fingerprint),
        "bytes": document.bytes,
        "width": document.width,
        "height": document.height,
    }
    for name, number in numbers.items():
        if number is not None:
            entry.add_integer(name, number)
    if document.latitude is not None and document.longitude is not None:
        entry.add_float("latitude", document.latitude)
        entry.add_float("longitude", document.longitude)
    return entry
