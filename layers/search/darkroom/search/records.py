"""Records: what an owner's index is made of, and the documents that are made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from darkroom.aws.dynamodb import Table, compare
from darkroom.aws.errors import ObjectMissing
from darkroom.aws.s3 import Bucket
from darkroom.kinds import Kind
from darkroom.pipeline.join import has_ended, is_pending
from darkroom.search.documents import Document, document_of

if TYPE_CHECKING:
    from darkroom.model import ImageItem
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

PAGE = 100  # records that are read at once, which BatchGetItem allows
_READERS = 16
_MOST_DETAILS_BYTES = 1 << 20


@dataclass(frozen=True)
class Changes:
    """What records say of files that may have changed.

    Of `gone` there is to be no document, of `ended` the one of the record. What is `unwritten` is
    about to change: its end or its deletion is not in the table yet.
    """

    gone: list[str]
    ended: list[ImageItem]
    unwritten: set[str]


class Records:
    """Reads the records of owners, and what of a file is not in its record."""

    def __init__(
        self, dynamodb: DynamoDBClient, s3: S3Client, *, images_table: str, processed_bucket: str
    ) -> None:
        self._images: Table[ImageItem] = Table(dynamodb, images_table)
        self._processed = Bucket(s3, processed_bucket)
        self._pool = ThreadPoolExecutor(_READERS)

    def get(self, owner: str, keys: Sequence[str]) -> dict[str, ImageItem | None]:
        """The record at each of up to 100 keys; None where there is none."""
        places = {key: {"identity_id": owner, "image": key} for key in keys}
        found: dict[str, ImageItem | None] = {
            item["image"]: item for item in self._images.get_some(list(places.values()))
        }
        # One that is busy may be left out of many.
        rest = [key for key in keys if key not in found]
        found |= zip(rest, self._pool.map(self._images.get, map(places.get, rest)), strict=True)
        return found

    def behind(self, owner: str, after: str) -> tuple[list[ImageItem], str | None]:
        """Up to 100 records behind a key, in the order of keys; the last key if there are more."""
        items, more = self._images.page(PAGE, compare("image", ">", after), identity_id=owner)
        return items, items[-1]["image"] if more and items else None

    def documents(self, items: Iterable[ImageItem]) -> Iterator[Document]:
        """The documents of records that have ended."""
        wanted = list(items)
        for item, details in zip(wanted, self._pool.map(self._details, wanted), strict=True):
            yield document_of(item, details)

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


def changes_of(found: Mapping[str, ImageItem | None], removed: Mapping[str, str | None]) -> Changes:
    """What the records at keys say; of a key that was deleted it is told up to which version."""
    changes = Changes([], [], set())
    for key, item in found.items():
        version = removed[key]
        is_removed = item is not None and version is not None and item["version"] <= version
        if item is None or is_removed:
            changes.gone.append(key)
        elif has_ended(item):
            changes.ended.append(item)
        elif not is_pending(item):
            changes.unwritten.add(key)  # its end is not written yet
        if is_removed:
            changes.unwritten.add(key)  # the record is not deleted yet
    return changes
