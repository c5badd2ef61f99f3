"""S3 in plain values: one bucket, its objects and their bodies.

botocore retries a request, but not a body that breaks off or is damaged after the headers came:
that is done here, by asking for the object again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    ConnectionClosedError,
    FlexibleChecksumError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from darkroom.aws.errors import aws_errors
from darkroom.errors import TransientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef, ObjectTypeDef

_ATTEMPTS = 3
_CHUNK_BYTES = 1 << 20
_MD5 = re.compile(r"[0-9a-f]{32}")
_BROKEN = (
    ConnectionClosedError,
    FlexibleChecksumError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)


@dataclass(frozen=True)
class StoredObject:
    """An object of a bucket, as a listing tells it."""

    key: str
    etag: str
    bytes: int
    modified: datetime


@dataclass(frozen=True)
class WholeObject:
    """An object that was read. `body` is None if it is larger than was asked for."""

    etag: str
    modified: datetime
    body: bytes | None


class Bucket:
    """One bucket. Listings are in the order of the keys' UTF-8 bytes."""

    def __init__(self, client: S3Client, name: str) -> None:
        self._client = client
        self.name = name

    def read(
        self, key: str, *, etag: str | None = None, first: int | None = None, at: int = 0
    ) -> bytes:
        """The body of an object; with `first`, that many bytes of it, or all if there are fewer.

        They are those from `at` on, which must be a byte that it has.

        Raises:
            ObjectMissing: there is none.
            ObjectChanged: it has another ETag than `etag`.
            ObjectUnreadable: it is in an archive, or encrypted with a key of the client's own.
            TransientError: its body broke off or was damaged each time.
        """
        wanted: dict[str, Any] = {"Bucket": self.name, "Key": key}
        if etag is not None:
            wanted["IfMatch"] = f'"{etag}"'
        if first is not None:
            wanted["Range"] = f"bytes={at}-{at + first - 1}"
        body = self._read(wanted, most=None).body
        assert body is not None  # noqa: S101  # nothing is too large
        return body

    def read_whole(self, key: str, *, most: int, other_than: str | None = None) -> WholeObject:
        """An object of at most this many bytes, whatever it is now, and its ETag.

        Raises:
            ObjectMissing: there is none.
            ObjectUnchanged: it still has the ETag `other_than`.
            TransientError: its body broke off or was damaged each time.
        """
        wanted: dict[str, Any] = {"Bucket": self.name, "Key": key}
        if other_than is not None:
            wanted["IfNoneMatch"] = f'"{other_than}"'
        return self._read(wanted, most=most)

    def _read(self, wanted: Mapping[str, Any], *, most: int | None) -> WholeObject:
        cause: Exception | None = None
        for _ in range(_ATTEMPTS):
            with aws_errors(reading=True):
                response = self._client.get_object(**wanted)
            etag, modified = response["ETag"].strip('"'), response["LastModified"]
            if most is not None and response["ContentLength"] > most:
                response["Body"].close()
                return WholeObject(etag, modified, None)
            try:
                body = response["Body"].read()
            except _BROKEN as error:
                cause = error
                continue
            if _is_whole(response, body):
                return WholeObject(etag, modified, body)
        raise TransientError(f"The body broke off or was damaged {_ATTEMPTS} times.") from cause

    def chunks(self, key: str, *, etag: str) -> Iterator[bytes]:
        """The body of an object, a part at a time; where it breaks off it is asked for again.

        Raises:
            ObjectMissing, ObjectChanged, ObjectUnreadable: as `read` does, at any time.
            TransientError: it broke off each time, or is not what its ETag says, known at its end.
        """
        digest, size, response = hashlib.md5(usedforsecurity=False), 0, None
        for _ in range(_ATTEMPTS):
            wanted: dict[str, Any] = {"Bucket": self.name, "Key": key, "IfMatch": f'"{etag}"'}
            if size:
                wanted["Range"] = f"bytes={size}-"
            with aws_errors(reading=True):
                part = self._client.get_object(**wanted)
            response = response or part
            try:
                for chunk in part["Body"].iter_chunks(_CHUNK_BYTES):
                    digest.update(chunk)
                    size += len(chunk)
                    yield chunk
            except _BROKEN:
                continue
            if size != response["ContentLength"] or not _has_digest(response, digest.hexdigest()):
                raise TransientError("The body was damaged.")
            return
        raise TransientError(f"The body broke off {_ATTEMPTS} times.")

    def put(self, key: str, body: bytes | Path, *, content_type: str, cache_control: str) -> None:
        """Store an object: bytes, or what is in a file."""
        opened = body.open("rb") if isinstance(body, Path) else nullcontext(body)
        with aws_errors(), opened as content:
            self._client.put_object(
                Bucket=self.name,
                Key=key,
                Body=content,
                ContentType=content_type,
                CacheControl=cache_control,
            )

    def copy_from(self, bucket: str, source: str, key: str) -> None:
        """Store what is at a key of another bucket, of at most 5 GB; it does not travel through us.

        Raises:
            ObjectMissing: there is nothing.
        """
        with aws_errors():
            self._client.copy_object(
                Bucket=self.name, Key=key, CopySource={"Bucket": bucket, "Key": source}
            )

    def put_over(self, key: str, body: bytes | Path, *, content_type: str, etag: str | None) -> str:
        """Store bytes, or what is in a file, instead of the object with an ETag, or of none.

        Returns its own ETag.

        A reply that is lost meets its own write when the SDK asks again: that looks as if another
        had written.

        Raises:
            ObjectChanged: the object has another ETag, or there is one.
            ObjectMissing: there is none any more.
        """
        condition: dict[str, Any] = {"IfNoneMatch": "*"} if etag is None else {"IfMatch": etag}
        opened = body.open("rb") if isinstance(body, Path) else nullcontext(body)
        with aws_errors(), opened as content:
            response = self._client.put_object(
                Bucket=self.name, Key=key, Body=content, ContentType=content_type, **condition
            )
        return response["ETag"].strip('"')

    def delete(self, key: str) -> None:
        """Delete an object; one that is not there does no harm."""
        with aws_errors():
            self._client.delete_object(Bucket=self.name, Key=key)

    def delete_exactly(self, key: str, *, etag: str) -> None:
        """Delete the object at a key if it has this ETag; S3 compares and deletes in one.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html

        Raises:
            ObjectMissing: there is none, or the SDK repeated what had deleted it.
            ObjectChanged: it has another ETag, or another write of it was under way.
        """
        with aws_errors():
            self._client.delete_object(Bucket=self.name, Key=key, IfMatch=f'"{etag}"')

    def tag(self, key: str, **tags: str) -> None:
        """Give an object these tags and no others.

        Raises:
            ObjectMissing: there is none.
        """
        tag_set: Any = [{"Key": name, "Value": value} for name, value in tags.items()]
        with aws_errors():
            self._client.put_object_tagging(Bucket=self.name, Key=key, Tagging={"TagSet": tag_set})

    def untag(self, key: str) -> None:
        """Remove all tags of an object.

        Raises:
            ObjectMissing: there is none.
        """
        with aws_errors():
            self._client.delete_object_tagging(Bucket=self.name, Key=key)

    def find(self, key: str) -> StoredObject | None:
        """The object at a key, without the right to read it; None where there is none."""
        found, _ = self.page(1, key)
        return next((stored for stored in found if stored.key == key), None)

    def page(self, at_most: int, prefix: str, after: str = "") -> tuple[list[StoredObject], bool]:
        """The first objects below a prefix and behind a key, and whether there are more."""
        with aws_errors():
            response = self._client.list_objects_v2(
                Bucket=self.name, Prefix=prefix, StartAfter=after, MaxKeys=at_most
            )
        listed = [_stored(entry) for entry in response.get("Contents", [])]
        return listed, response.get("IsTruncated", False)

    def objects(
        self, prefix: str, *, after: str = "", deeper: bool = True
    ) -> Iterator[StoredObject]:
        """The objects below a prefix and behind a key; without `deeper`, none in a folder of it."""
        for page in self._pages(prefix, after, **({} if deeper else {"Delimiter": "/"})):
            yield from (_stored(entry) for entry in page.get("Contents", []))

    def folders(self, prefix: str, *, after: str = "") -> Iterator[str]:
        """The names of the folders right below a prefix and behind a key."""
        for page in self._pages(prefix, after, Delimiter="/"):
            for entry in page.get("CommonPrefixes", []):
                yield entry["Prefix"].removeprefix(prefix).rstrip("/")

    def _pages(self, prefix: str, after: str, **options: Any) -> Iterator[Any]:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self.name, Prefix=prefix, StartAfter=after, **options
        )
        with aws_errors():
            yield from pages


def _stored(entry: ObjectTypeDef) -> StoredObject:
    return StoredObject(
        entry["Key"], entry["ETag"].strip('"'), int(entry["Size"]), entry["LastModified"]
    )


def _is_whole(response: GetObjectOutputTypeDef, body: bytes) -> bool:
    """Whether the body has the MD5 that its ETag says, where the ETag is one and of this body.

    It is one for an object put in one part and not encrypted with a KMS or the client's own key:
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
    """
    digest = hashlib.md5(body, usedforsecurity=False).hexdigest()
    return "ContentRange" in response or _has_digest(response, digest)


def _has_digest(response: GetObjectOutputTypeDef, digest: str) -> bool:
    etag = response.get("ETag", "").strip('"')
    encrypted = response.get("ServerSideEncryption", "AES256") != "AES256"
    if encrypted or "SSECustomerAlgorithm" in response or not _MD5.fullmatch(etag):
        return True
    return digest == etag
