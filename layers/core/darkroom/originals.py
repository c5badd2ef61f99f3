"""Reading an upload's bytes, whole and of the very version that the event is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import (
    ConnectionClosedError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from darkroom.aws import ObjectChanged, ObjectMissing, aws_errors
from darkroom.errors import DarkroomError, TransientError
from darkroom.records import Superseded
from darkroom.uploads import Upload

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ATTEMPTS = 3


class SourceVanished(DarkroomError):
    """The upload was deleted before it could be read."""


def read_original(client: S3Client, upload: Upload) -> bytes:
    """The bytes of an upload.

    botocore retries a request, but not a body that breaks off after the headers: that is done
    here, by reading again from the start.

    Raises:
        SourceVanished: the object is gone.
        Superseded: the object was overwritten since.
        TransientError: its body broke off each time.
    """
    for _ in range(_ATTEMPTS):
        try:
            with aws_errors():
                answer = client.get_object(
                    Bucket=upload.bucket, Key=upload.key, IfMatch=f'"{upload.etag}"'
                )
            return answer["Body"].read()
        except ObjectMissing as error:
            raise SourceVanished(f"{upload.key} is gone") from error
        except ObjectChanged as error:
            raise Superseded(f"{upload.key} was overwritten") from error
        except (
            ConnectionClosedError,
            IncompleteReadError,
            ReadTimeoutError,
            ResponseStreamingError,
        ) as error:
            broken = error
    raise TransientError(f"The body of {upload.key} broke off {_ATTEMPTS} times.") from broken
