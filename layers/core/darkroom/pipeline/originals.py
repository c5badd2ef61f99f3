"""Reading an upload's bytes, of the very version that the event is about: all, or its head."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from darkroom.aws.errors import ObjectChanged, ObjectMissing, ObjectUnreadable
from darkroom.aws.s3 import Bucket
from darkroom.errors import DarkroomError, TransientError, UnreadableUpload
from darkroom.kinds import HEAD_BYTES, Kind, kind_of
from darkroom.pipeline.records import Superseded
from darkroom.pipeline.uploads import Upload

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class SourceVanished(DarkroomError):
    """The upload was deleted before it could be read."""


class Originals:
    """The uploads of all users, to read only."""

    def __init__(self, client: S3Client) -> None:
        self._client = client

    def read(self, upload: Upload) -> bytes:
        """The bytes of an upload.

        Raises:
            SourceVanished: the object is gone.
            Superseded: the object was overwritten since.
            UnreadableUpload: it is in an archive, or encrypted with a key of its owner's.
            TransientError: its body broke off or was damaged each time.
        """
        return self._read(upload)

    def chunks(self, upload: Upload) -> Iterator[bytes]:
        """The bytes of an upload, a part at a time.

        Raises:
            SourceVanished, Superseded, UnreadableUpload, TransientError: as `read` does.
        """
        with _told_of(upload):
            yield from Bucket(self._client, upload.bucket).chunks(upload.key, etag=upload.etag)

    def head(self, upload: Upload) -> bytes:
        """The first bytes of an upload, as many as tell its kind.

        No checksum covers a part of an object. So that no photo is refused for a head that was
        damaged on the way, one that tells no known kind is read twice.

        Raises:
            Superseded: the object was overwritten or deleted since.
            UnreadableUpload: it is in an archive, or encrypted with a key of its owner's.
            TransientError: it broke off each time, or came in two versions.
        """
        if not upload.bytes:
            return b""  # S3 refuses a range of an empty object
        try:
            head = self._read(upload, first=HEAD_BYTES)
            if kind_of(head) is Kind.OTHER and self._read(upload, first=HEAD_BYTES) != head:
                raise TransientError(f"The first bytes of {upload.key} came in two versions.")
        except SourceVanished as error:
            raise Superseded(f"{upload.key} was deleted") from error
        return head

    def part(self, upload: Upload, at: int, count: int) -> bytes:
        """As many bytes of an upload from `at` on, or fewer where it ends.

        No checksum covers a part of an object.

        Raises:
            SourceVanished, Superseded, UnreadableUpload, TransientError: as `read` does.
        """
        return self._read(upload, first=count, at=at)

    def _read(self, upload: Upload, *, first: int | None = None, at: int = 0) -> bytes:
        bucket = Bucket(self._client, upload.bucket)
        with _told_of(upload):
            return bucket.read(upload.key, etag=upload.etag, first=first, at=at)


@contextmanager
def _told_of(upload: Upload) -> Iterator[None]:
    """Say of an upload what its bucket says of an object."""
    try:
        yield
    except ObjectMissing as error:
        raise SourceVanished(f"{upload.key} is gone") from error
    except ObjectChanged as error:
        raise Superseded(f"{upload.key} was overwritten") from error
    except ObjectUnreadable as error:
        raise UnreadableUpload(
            "This file is stored in an archive or encrypted with a key of your own, so it "
            "cannot be read. Please upload it again without these options."
        ) from error
