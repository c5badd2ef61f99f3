"""Reading an upload's bytes, whole and of the very version that the event is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.aws.bodies import read_body
from darkroom.aws.clients import ObjectChanged, ObjectMissing
from darkroom.errors import DarkroomError
from darkroom.pipeline.records import Superseded
from darkroom.pipeline.uploads import Upload

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class SourceVanished(DarkroomError):
    """The upload was deleted before it could be read."""


def read_original(client: S3Client, upload: Upload) -> bytes:
    """The bytes of an upload.

    Raises:
        SourceVanished: the object is gone.
        Superseded: the object was overwritten since.
        TransientError: its body broke off or was damaged each time.
    """
    try:
        return read_body(
            lambda: client.get_object(
                Bucket=upload.bucket, Key=upload.key, IfMatch=f'"{upload.etag}"'
            )
        )
    except ObjectMissing as error:
        raise SourceVanished(f"{upload.key} is gone") from error
    except ObjectChanged as error:
        raise Superseded(f"{upload.key} was overwritten") from error
