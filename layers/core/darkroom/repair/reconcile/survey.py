"""One stretch of a user's keys as the buckets and tables know it, in few requests.

Uploads, image items and ledger rows are all ordered by the bytes of their key, which is the order
of text in Python. So a page of each covers everything up to the least of their last keys: the
horizon. Outputs lie below their upload's key, in almost the same order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from darkroom.aws.dynamodb import Table, compare
from darkroom.aws.s3 import Bucket, StoredObject
from darkroom.pipeline.uploads import is_cut, is_folder_marker, outputs_prefix

if TYPE_CHECKING:
    from darkroom.model import ImageItem, LedgerRow
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

PAGE = 500  # keys of each kind in a stretch
_LAST = "\U0010ffff"  # sorts after every character of a key
_OUTPUT = re.compile(r"(?P<folder>.*/)(?P<version>[0-9A-F]+)/(?P<filename>[^/]+)", re.DOTALL)

_Row = TypeVar("_Row", "ImageItem", "LedgerRow")


@dataclass(frozen=True)
class Sighting:
    """Everything there is of one upload key. `outputs` are by key, of all versions."""

    identity_id: str
    key: str
    object: StoredObject | None = None
    record: ImageItem | None = None
    row: LedgerRow | None = None
    outputs: Mapping[str, StoredObject] = field(default_factory=dict)


@dataclass(frozen=True)
class Stretch:
    """The sightings of consecutive keys; `last` is where the next one begins, None at the end."""

    sightings: list[Sighting]
    last: str | None


class Survey:
    """Reads the buckets and tables of a stack. It changes nothing."""

    def __init__(
        self,
        s3: S3Client,
        dynamodb: DynamoDBClient,
        *,
        uploads_bucket: str,
        processed_bucket: str,
        images_table: str,
        ledger_table: str,
    ) -> None:
        self._uploads = Bucket(s3, uploads_bucket)
        self._processed = Bucket(s3, processed_bucket)
        self._images: Table[ImageItem] = Table(dynamodb, images_table)
        self._ledger: Table[LedgerRow] = Table(dynamodb, ledger_table)

    def next_user(self, after: str) -> str | None:
        """The first user behind `after` who has an upload or an output; None behind the last."""
        # "0" follows "/": behind everything below the folder of `after`.
        start = f"users/{after}0" if after else "users/"
        buckets = (self._uploads, self._processed)
        found = [next(bucket.folders("users/", after=start), None) for bucket in buckets]
        # "ann-b/" comes before "ann/", as in a listing.
        return min((user for user in found if user is not None), key="{}/".format, default=None)

    def has_objects(self, identity_id: str) -> bool:
        """Whether a user has an upload or an output."""
        buckets = (self._uploads, self._processed)
        return any(bucket.page(1, f"users/{identity_id}/")[0] for bucket in buckets)

    def stretch(self, identity_id: str, after: str = "", *, page: int = PAGE) -> Stretch:
        """What there is of a user's keys behind `after`, as far as one page of each reaches."""
        prefix = f"users/{identity_id}/"
        listed, more = self._uploads.page(page, prefix, after)
        objects = {stored.key: stored for stored in listed if not _is_marker(stored)}
        ends = [listed[-1].key] if more else []
        records, more = _rows(self._images, identity_id, after, page)
        ends += [max(records)] if more else []
        rows, more = _rows(self._ledger, identity_id, after, page)
        ends += [max(rows)] if more else []
        last = min(ends, default=None)
        keys = {k for k in (*objects, *records, *rows) if last is None or k <= last}
        outputs = self._outputs(prefix, after, last, keys)
        sightings = [
            Sighting(
                identity_id,
                key,
                objects.get(key),
                records.get(key),
                rows.get(key),
                outputs.pop(outputs_prefix(key), {}),
            )
            for key in sorted(keys)
        ]
        # Files below a folder that no key of this stretch has: what is left of an upload.
        sightings += [
            Sighting(identity_id, folder.removesuffix("/"), outputs=files)
            for folder, files in outputs.items()
            # A folder that was cut short does not say whose it is.
            if not is_cut(folder) and _is_between(folder.removesuffix("/"), after, last)
        ]
        return Stretch(sightings, last)

    def again(self, seen: Sighting) -> Sighting:
        """The same key, looked at once more."""
        key = {"identity_id": seen.identity_id, "image": seen.key}
        folder = outputs_prefix(seen.key)
        found = self._uploads.find(seen.key)
        return Sighting(
            seen.identity_id,
            seen.key,
            None if found is None or _is_marker(found) else found,
            self._images.get(key),
            self._ledger.get(key),
            self._folders(folder).get(folder, {}),
        )

    def _outputs(
        self, prefix: str, after: str, last: str | None, keys: set[str]
    ) -> dict[str, dict[str, StoredObject]]:
        """Outputs by folder. Below `a` they sort behind those of `a.jpg`, though `a` comes first:
        so keys that the horizon begins with are asked for by themselves."""
        folders = self._folders(prefix, after, None if last is None else f"{last}/{_LAST}")
        for key in keys:
            folder = outputs_prefix(key)
            if last is not None and (last.startswith(key) or not folder.startswith(key)):
                folders |= self._folders(folder)
        return folders

    def _folders(
        self, prefix: str, after: str = "", until: str | None = None
    ) -> dict[str, dict[str, StoredObject]]:
        folders: dict[str, dict[str, StoredObject]] = {}
        for stored in self._processed.objects(prefix, after=after):
            if until is not None and stored.key > until:
                break
            match = _OUTPUT.fullmatch(stored.key)
            if match is not None:
                folders.setdefault(match["folder"], {})[stored.key] = stored
        return folders


def _rows(
    table: Table[_Row], identity_id: str, after: str, page: int
) -> tuple[dict[str, _Row], bool]:
    """A page of a table's rows by key, and whether there are more."""
    # A key cannot be empty: the prefix alone comes before every upload.
    behind = compare("image", ">", after or f"users/{identity_id}/")
    rows, more = table.page(page, behind, identity_id=identity_id)
    return {row["image"]: row for row in rows}, more


def _is_marker(stored: StoredObject) -> bool:
    return is_folder_marker(stored.key, stored.bytes)


def _is_between(key: str, after: str, last: str | None) -> bool:
    return after < key and (last is None or key <= last)
