"""Updates: an owner's index brought to what the records say, one replacement at a time.

Records are read after the index was, and the index is then replaced only if nobody has meanwhile.
So whoever replaces it has seen every change that one before had seen, and nothing is ordered by
versions. It is replaced even where nothing has changed: somebody else may have read the records
before a change that this update was told of, and must not replace it any more.
"""

from __future__ import annotations

import json
import random
import time
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from darkroom.aws.dynamodb import Table, compare
from darkroom.aws.errors import ObjectChanged, ObjectMissing
from darkroom.aws.s3 import Bucket
from darkroom.errors import TransientError
from darkroom.kinds import Kind
from darkroom.observability import logger
from darkroom.pipeline.join import has_ended, is_pending
from darkroom.pipeline.uploads import path_of
from darkroom.search.archive import pack, unpack
from darkroom.search.documents import document_of
from darkroom.search.engine import IndexUnreadable
from darkroom.search.index import Index, Writer
from darkroom.search.messages import Told
from darkroom.search.store import Store
from darkroom.work_folders import WorkFolder

if TYPE_CHECKING:
    from darkroom.model import ImageItem
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

_ATTEMPTS = 8
_SCAN_SECONDS = 10  # of one replacement: who is told of a change meanwhile waits no longer
_PAGE = 100  # records that are read at once, which BatchGetItem allows
_READERS = 16
_MOST_DETAILS_BYTES = 1 << 20


@dataclass(frozen=True)
class Outcome:
    """What is left to do: keys whose records are about to change, and records to go through."""

    unwritten: frozenset[str] = field(default_factory=frozenset)
    is_unfinished: bool = False


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
    ) -> None:
        self._store = store
        self._images: Table[ImageItem] = Table(dynamodb, images_table)
        self._processed = Bucket(s3, processed_bucket)
        self._scan_seconds = scan_seconds
        self._pool = ThreadPoolExecutor(_READERS)

    def bring_up_to_date(self, owner: str, told: Told) -> Outcome:
        """Replace an owner's index by one with what the records say of what was told.

        An index that is missing or unreadable is begun anew, and one that is to be made of all
        records is made of some more of them.

        Raises:
            TransientError: others kept replacing it.
        """
        for attempt in range(_ATTEMPTS):
            try:
                return self._replace(owner, told)
            except ObjectChanged:
                # Full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter").
                time.sleep(random.uniform(0, 0.1 * 2**attempt))  # noqa: S311  # not a secret
        raise TransientError(f"The index of {owner} is replaced by others all the time.")

    def _replace(self, owner: str, told: Told) -> Outcome:
        with WorkFolder() as work:
            folder, archive = work / "index", work / "index.zip"
            index, etag = self._read(owner, folder)
            if told.rebuild:
                index.begin_again()
            try:
                unwritten = self._write(index, told)
            except IndexUnreadable:
                logger.warning("index begun anew: damaged", extra={"owner": owner}, exc_info=True)
                index = Index.create(_emptied(folder), owner)
                unwritten = self._write(index, told)
            pack(folder, archive)
            self._store.replace(owner, archive, etag=etag)
            return Outcome(unwritten, is_unfinished=index.state.after is not None)

    def _read(self, owner: str, folder: Path) -> tuple[Index, str | None]:
        """The index to change, in a folder, and the ETag of what it may replace; None of nothing.

        No index is ever deleted: that there is none is true until the first is stored, and not
        again.
        """
        stored = self._store.read(owner)
        if stored is None:
            return Index.create(_emptied(folder), owner), None
        try:
            if stored.body is None:
                raise IndexUnreadable("The archive is too large.")
            unpack(stored.body, _emptied(folder))
            return Index.open(folder, owner), stored.etag
        except IndexUnreadable as error:
            extra = {"owner": owner, "reason": str(error)}
            logger.warning("index begun anew: unreadable", extra=extra)
            return Index.create(_emptied(folder), owner), stored.etag

    def _write(self, index: Index, told: Told) -> frozenset[str]:
        state, unwritten = index.state, set[str]()
        with index.writing() as writer:
            for keys in _pieces(list(told.images), _PAGE):
                found = self._records(state.owner, keys)
                unwritten |= self._write_told(writer, state.owner, found, told.images)
            if state.after is not None:
                after = self._go_on(index, writer)
                state = replace(state, after=after, fresh=state.fresh and after is not None)
        index.mark(state)
        return frozenset(unwritten)

    def _write_told(
        self,
        writer: Writer,
        owner: str,
        found: Mapping[str, ImageItem | None],
        removed: Mapping[str, str | None],
    ) -> set[str]:
        """Write what the records say; the keys of those that are about to change."""
        unwritten, ended = set(), []
        for key, item in found.items():
            version = removed[key]
            is_removed = item is not None and version is not None and item["version"] <= version
            if item is None or is_removed:
                writer.delete(path_of(owner, key))
            elif has_ended(item):
                ended.append(item)
            elif not is_pending(item):
                unwritten.add(key)  # its end is not written yet
            if is_removed:
                unwritten.add(key)  # the record is not deleted yet
        self._put(writer, ended)
        return unwritten

    def _go_on(self, index: Index, writer: Writer) -> str | None:
        """Write the records behind the key that was reached; the key that is reached now.

        None at the end of them. Documents in between that are of no record are deleted.
        """
        owner, after = index.state.owner, index.state.after or ""
        end = time.monotonic() + self._scan_seconds
        paths = index.paths()
        while True:
            items, more = self._images.page(_PAGE, compare("image", ">", after), identity_id=owner)
            last = items[-1]["image"] if more and items else None
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

    def _put(self, writer: Writer, items: Iterable[ImageItem]) -> None:
        wanted = list(items)
        for item, details in zip(wanted, self._pool.map(self._details, wanted), strict=True):
            writer.put(document_of(item, details))

    def _records(self, owner: str, keys: Sequence[str]) -> dict[str, ImageItem | None]:
        """The record at each of up to 100 keys; None where there is none."""
        places = {key: {"identity_id": owner, "image": key} for key in keys}
        found: dict[str, ImageItem | None] = {
            item["image"]: item for item in self._images.get_some(list(places.values()))
        }
        # One that is busy may be left out of many.
        rest = [key for key in keys if key not in found]
        found |= zip(rest, self._pool.map(self._images.get, map(places.get, rest)), strict=True)
        return found

    def _details(self, item: ImageItem) -> Mapping[str, Any] | None:
        """What the details document of a file holds; None without one, or with a huge one."""
        entry = item.get("details")
        if entry is None or item.get("kind") == Kind.VIDEO:  # which has no words in it
            return None
        try:
            found = self._processed.read_whole(entry["key"], most=_MOST_DETAILS_BYTES)
            details = json.loads(found.body) if found.body is not None else None
        except (ObjectMissing, ValueError):
            return None
        return details if isinstance(details, Mapping) else None


def _pieces(keys: list[str], size: int) -> Iterator[list[str]]:
    return (keys[at : at + size] for at in range(0, len(keys), size))


def _emptied(folder: Path) -> Path:
    if folder.exists():
        for path in folder.iterdir():
            path.unlink()
    else:
        folder.mkdir()
    return folder
