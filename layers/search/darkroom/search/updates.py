"""Updates: an owner's index brought to what the records say, one replacement at a time.

Records are read after the index was, and the index is then replaced only if nobody has meanwhile.
So whoever replaces it has seen every change that one before had seen, and nothing is ordered by
versions. It is replaced even where nothing has changed: somebody else may have read the records
before a change that this update was told of, and must not replace it any more.
"""

from __future__ import annotations

import time
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from darkroom.aws.errors import ObjectChanged
from darkroom.observability import logger
from darkroom.pipeline.join import has_ended
from darkroom.pipeline.uploads import path_of
from darkroom.search.archive import pack, unpack
from darkroom.search.contract import Outcome, until_nobody_else_writes
from darkroom.search.engine import IndexUnreadable
from darkroom.search.index import Index, Writer
from darkroom.search.messages import Told
from darkroom.search.parts import MOST_FILES, Changes, Parts
from darkroom.search.records import PAGE, Records, changes_of
from darkroom.search.store import Store
from darkroom.work_folders import WorkFolder

if TYPE_CHECKING:
    from darkroom.model import ImageItem
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

_SCAN_SECONDS = 10  # of one replacement: who is told of a change meanwhile waits no longer


class Updates:
    """Replaces indexes."""

    def __init__(
        self,
        store: Store,
        dynamodb: DynamoDBClient,
        s3: S3Client,
        *,
        images_table: str,
        processed_bucket: str,
        scan_seconds: float = _SCAN_SECONDS,
        most_files: int = MOST_FILES,
    ) -> None:
        self._store = store
        self._reader = Records(
            dynamodb, s3, images_table=images_table, processed_bucket=processed_bucket
        )
        self._scan_seconds = scan_seconds
        self._most_files = most_files

    def bring_up_to_date(self, owner: str, told: Told) -> Outcome:
        """Replace an owner's index by one with what the records say of what was told.

        An index that is missing or unreadable is begun anew, and one that is to be made of all
        records is made of some more of them.

        Raises:
            TransientError: others kept replacing it.
        """
        return until_nobody_else_writes(owner, lambda: self._replace(owner, told))

    def _replace(self, owner: str, told: Told) -> Outcome:
        with WorkFolder() as work:
            folder, archive = work / "index", work / "index.zip"
            index, etag = self._read(owner, folder)
            notes = [index] if isinstance(index, Parts) else []
            try:
                if told.rebuild:
                    index.begin_again()
                try:
                    unwritten = self._write(index, told)
                except IndexUnreadable:
                    logger.warning(
                        "index begun anew: damaged", extra={"owner": owner}, exc_info=True
                    )
                    for parts in notes:
                        parts.leave_all()
                    index = Index.create(_emptied(folder), owner)
                    unwritten = self._write(index, told)
                pack(folder, archive)
                if isinstance(index, Index) and self._is_to_be_split(index):
                    index = parts = Parts.split(
                        self._store, work / "parts", index, archive, etag=etag,
                        most_files=self._most_files,
                    )  # fmt: skip
                    notes.append(parts)
                    pack(parts.folder, archive)
                self._store.replace(owner, archive, etag=etag)
            except ObjectChanged:
                for parts in notes:
                    parts.undo()
                raise
            for parts in notes:
                parts.settle()
            return Outcome(unwritten, is_unfinished=index.state.after is not None)

    def _is_to_be_split(self, index: Index) -> bool:
        return index.count() > self._most_files and len(index.years()) > 1

    def _read(self, owner: str, folder: Path) -> tuple[Index | Parts, str | None]:
        """The index to change, in a folder, and the ETag of what it may replace; None of nothing.

        No index is ever deleted: that there is none is true until the first is stored, and not
        again.
        """
        stored = self._store.read(owner)
        if stored is None:
            return Index.create(_emptied(folder), owner), None
        try:
            unpack(stored.body, _emptied(folder))
            parts = Parts.open(
                self._store, folder, owner, etag=stored.etag, most_files=self._most_files
            )
            return parts or Index.open(folder, owner), stored.etag
        except IndexUnreadable as error:
            logger.warning(
                "index begun anew: unreadable", extra={"owner": owner, "reason": str(error)}
            )
            return Index.create(_emptied(folder), owner), stored.etag

    def _write(self, index: Index | Parts, told: Told) -> frozenset[str]:
        state, unwritten = index.state, set[str]()
        families = index.families()
        with index.writing() as writer:
            for keys in _pieces(list(told.images), PAGE):
                found = self._records(state.owner, keys)
                unwritten |= self._write_told(writer, state.owner, found, told.images)
            if state.after is not None:
                after = self._go_on(index, writer, state.after)
                state = replace(state, after=after, fresh=state.fresh and after is not None)
        index.mark(state)
        index.note_families(families, writer.fingerprints)
        return frozenset(unwritten)

    def _write_told(
        self,
        writer: Writer | Changes,
        owner: str,
        found: Mapping[str, ImageItem | None],
        removed: Mapping[str, str | None],
    ) -> set[str]:
        """Write what the records say; the keys of those that are about to change."""
        changes = changes_of(found, removed)
        for key in changes.gone:
            writer.delete(path_of(owner, key))
        self._put(writer, changes.ended)
        return changes.unwritten

    def _go_on(self, index: Index | Parts, writer: Writer | Changes, after: str) -> str | None:
        """Write the records behind the key `after` that was reached; the key that is reached now.

        None at the end of them. Documents in between that are of no record are deleted.
        """
        owner = index.state.owner
        end = time.monotonic() + self._scan_seconds
        paths = index.paths()
        while True:
            items, last = self._reader.behind(owner, after)
            at = bisect_right(paths, path_of(owner, after))
            to = len(paths) if last is None else bisect_right(paths, path_of(owner, last))
            for path in set(paths[at:to]) - {path_of(owner, item["image"]) for item in items}:
                writer.delete(path)
            self._put(writer, filter(has_ended, items))
            if last is None:
                return None
            after = last
            if time.monotonic() > end:
                return after

    def _put(self, writer: Writer | Changes, items: Iterable[ImageItem]) -> None:
        for document in self._reader.documents(items):
            writer.put(document)

    def _records(self, owner: str, keys: Sequence[str]) -> dict[str, ImageItem | None]:
        """The record at each of up to 100 keys; None where there is none."""
        return self._reader.get(owner, keys)


def _pieces(keys: list[str], size: int) -> Iterator[list[str]]:
    return (keys[at : at + size] for at in range(0, len(keys), size))


def _emptied(folder: Path) -> Path:
    if folder.exists():
        for path in folder.iterdir():
            path.unlink()
    else:
        folder.mkdir()
    return folder
