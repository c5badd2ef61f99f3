"""The store: where indexes lie, an object for each owner, replaced only by who has seen it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from darkroom.aws.errors import ObjectChanged, ObjectMissing
from darkroom.aws.s3 import Bucket
from darkroom.search import FORMAT
from darkroom.search.archive import MOST_BYTES

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CONTENT_TYPE = "application/zip"


@dataclass(frozen=True)
class Stored:
    """An index as it is stored. `body` is None if it is larger than an index may be."""

    etag: str
    modified: datetime
    body: bytes | None


class Store:
    """The indexes of all owners, in the format of this release."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._bucket = Bucket(client, bucket)

    def read(self, owner: str, *, other_than: str | None = None, part: str = "") -> Stored | None:
        """An owner's index, or a part of it; None where there is none.

        Raises:
            ObjectUnchanged: it still has the ETag `other_than`.
            TransientError: its body broke off or was damaged each time.
        """
        try:
            found = self._bucket.read_whole(
                key_of(owner, part), most=MOST_BYTES, other_than=other_than
            )
        except ObjectMissing:
            return None
        return Stored(found.etag, found.modified, found.body)

    def replace(self, owner: str, archive: Path, *, etag: str | None, part: str = "") -> str:
        """Store an index, or a part, instead of the one with an ETag, or of none; its own ETag.

        Raises:
            ObjectChanged: another one is there, or none is any more.
        """
        try:
            return self._bucket.put_over(
                key_of(owner, part), archive, content_type=_CONTENT_TYPE, etag=etag
            )
        except ObjectMissing as error:
            raise ObjectChanged(str(error)) from error

    def delete_part(self, owner: str, part: str) -> None:
        """Delete a part; an index itself is never deleted."""
        self._bucket.delete(key_of(owner, part))


def key_of(owner: str, part: str = "") -> str:
    """The key of an owner's index, or of a part. Indexes of another format are at other keys."""
    return f"{FORMAT}/{owner}/{part}/part.zip" if part else f"{FORMAT}/{owner}/index.zip"
