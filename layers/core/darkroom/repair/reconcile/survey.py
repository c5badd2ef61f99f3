"""One stretch of a user's keys as the buckets and tables know it, in few requests.

Uploads, image items and ledger rows are all ordered by the bytes of their key, so a page of each
covers everything up to the least of their last keys: the horizon. Outputs lie below their upload's
key, in almost the same order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from darkroom.aws.clients import aws_errors, from_item, to_item
from darkroom.pipeline.uploads import is_cut, outputs_prefix

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

PAGE = 500  # keys of each kind in a stretch
_LAST = "\U0010ffff"  # sorts after every character of a key
_OUTPUT = re.compile(r"(?P<folder>.*/)(?P<version>[0-9A-F]+)/(?P<filename>[^/]+)", re.DOTALL)


@dataclass(frozen=True)
class StoredObject:
    """An object of a bucket, as a listing tells it."""

    key: str
    etag: str
    bytes: int
    modified: datetime


@dataclass(frozen=True)
class Sighting:
    """Everything there is of one upload key. `outputs` are by key, of all versions."""

    identity_id: str
    key: str
    object: StoredObject | None = None
    record: Mapping[str, Any] | None = None
    row: Mapping[str, Any] | None = None
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
        self._s3 = s3
        self._dynamodb = dynamodb
        self._uploads_bucket = uploads_bucket
        self._processed_bucket = processed_bucket
        self._images_table = images_table
        self._ledger_table = ledger_table

    def next_user(self, after: str) -> str | None:
        """The first user behind `after` who has an upload or an output; None behind the last."""
        found = [
            user
            for bucket in (self._uploads_bucket, self._processed_bucket)
            if (user := self._next_folder(bucket, after)) is not None
        ]
        return min(found, key=str.encode) if found else None

    def has_objects(self, identity_id: str) -> bool:
        """Whether a user has an upload or an output."""
        return any(
            self._page(bucket, f"users/{identity_id}/", "", 1).get("Contents")
            for bucket in (self._uploads_bucket, self._processed_bucket)
        )

    def stretch(self, identity_id: str, after: str = "", *, page: int = PAGE) -> Stretch:
        """What there is of a user's keys behind `after`, as far as one page of each reaches."""
        prefix = f"users/{identity_id}/"
        listed = self._page(self._uploads_bucket, prefix, after, page)
        objects = {entry["Key"]: stored(entry) for entry in listed.get("Contents", [])}
        ends = [max(objects, key=str.encode)] if listed.get("IsTruncated") else []
        records, more = self._rows(self._images_table, identity_id, after, page)
        ends += [max(records, key=str.encode)] if more else []
        rows, more = self._rows(self._ledger_table, identity_id, after, page)
        ends += [max(rows, key=str.encode)] if more else []
        last = min(ends, key=str.encode) if ends else None
        keys = {k for k in (*objects, *records, *rows) if last is None or not _behind(k, last)}
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
            for key in sorted(keys, key=str.encode)
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
        entries = self._page(self._uploads_bucket, seen.key, "", 1).get("Contents", [])
        found = next((stored(entry) for entry in entries if entry["Key"] == seen.key), None)
        folder = outputs_prefix(seen.key)
        return Sighting(
            seen.identity_id,
            seen.key,
            found,
            self._item(self._images_table, seen),
            self._item(self._ledger_table, seen),
            self._folders(folder, "", None).get(folder, {}),
        )

    def _next_folder(self, bucket: str, after: str) -> str | None:
        # "0" follows "/": behind everything below the folder of `after`.
        start = f"users/{after}0" if after else "users/"
        with aws_errors():
            answer = self._s3.list_objects_v2(
                Bucket=bucket, Prefix="users/", Delimiter="/", StartAfter=start, MaxKeys=1000
            )
        folders = answer.get("CommonPrefixes", [])
        return folders[0]["Prefix"].removeprefix("users/").rstrip("/") if folders else None

    def _page(self, bucket: str, prefix: str, after: str, count: int) -> Any:
        with aws_errors():
            return self._s3.list_objects_v2(
                Bucket=bucket, Prefix=prefix, StartAfter=after, MaxKeys=count
            )

    def _rows(
        self, table: str, identity_id: str, after: str, page: int
    ) -> tuple[dict[str, dict[str, Any]], bool]:
        with aws_errors():
            answer = self._dynamodb.query(
                TableName=table,
                KeyConditionExpression="identity_id = :user AND image > :after",
                # An empty string is no key; the prefix alone comes before every upload.
                ExpressionAttributeValues=to_item(
                    {":user": identity_id, ":after": after or f"users/{identity_id}/"}
                ),
                Limit=page,
                ConsistentRead=True,
            )
        found = {row["image"]: row for row in map(from_item, answer["Items"])}
        return found, "LastEvaluatedKey" in answer

    def _item(self, table: str, seen: Sighting) -> dict[str, Any] | None:
        key = to_item({"identity_id": seen.identity_id, "image": seen.key})
        with aws_errors():
            answer = self._dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True)
        return from_item(answer["Item"]) if "Item" in answer else None

    def _outputs(
        self, prefix: str, after: str, last: str | None, keys: set[str]
    ) -> dict[str, dict[str, StoredObject]]:
        """Outputs by folder. Below `a` they sort behind those of `a.jpg`, though `a` comes first:
        so keys that the horizon begins with are asked for by themselves."""
        folders = self._folders(prefix, after, None if last is None else f"{last}/{_LAST}")
        for key in keys:
            folder = outputs_prefix(key)
            if last is not None and (last.startswith(key) or not folder.startswith(key)):
                folders |= self._folders(folder, "", None)
        return folders

    def _folders(
        self, prefix: str, after: str, until: str | None
    ) -> dict[str, dict[str, StoredObject]]:
        folders: dict[str, dict[str, StoredObject]] = {}
        for entry in self._listing(prefix, after):
            if until is not None and _behind(entry["Key"], until):
                break
            match = _OUTPUT.fullmatch(entry["Key"])
            if match is not None:
                folders.setdefault(match["folder"], {})[entry["Key"]] = stored(entry)
        return folders

    def _listing(self, prefix: str, after: str) -> Iterator[Any]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=self._processed_bucket, Prefix=prefix, StartAfter=after
        )
        with aws_errors():
            for page in pages:
                yield from page.get("Contents", [])


def stored(entry: Mapping[str, Any]) -> StoredObject:
    """A listing's entry."""
    return StoredObject(
        entry["Key"], entry["ETag"].strip('"'), int(entry["Size"]), entry["LastModified"]
    )


def _behind(key: str, other: str) -> bool:
    return key.encode() > other.encode()


def _is_between(key: str, after: str, last: str | None) -> bool:
    return _behind(key, after) and (last is None or not _behind(key, last))
