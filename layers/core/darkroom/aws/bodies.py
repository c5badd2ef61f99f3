"""Reading an object's body, or a part of it.

botocore retries a request, but not a body that breaks off or is damaged after the headers came:
that is done here, by asking for the object again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from botocore.exceptions import (
    ConnectionClosedError,
    FlexibleChecksumError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from darkroom.aws.clients import aws_errors
from darkroom.errors import TransientError

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

_ATTEMPTS = 3
_MD5 = re.compile(r"[0-9a-f]{32}")


def read_body(get: Callable[[], GetObjectOutputTypeDef]) -> bytes:
    """The body that `get` asks S3 for, to its end.

    Raises:
        ObjectMissing, ObjectChanged: as S3 answers.
        TransientError: its body broke off or was damaged each time.
    """
    cause: Exception | None = None
    for _ in range(_ATTEMPTS):
        with aws_errors():
            answer = get()
        try:
            body = answer["Body"].read()
        except (
            ConnectionClosedError,
            FlexibleChecksumError,
            IncompleteReadError,
            ReadTimeoutError,
            ResponseStreamingError,
        ) as error:
            cause = error
            continue
        if _is_whole(answer, body):
            return body
    raise TransientError(f"The body broke off or was damaged {_ATTEMPTS} times.") from cause


def _is_whole(answer: GetObjectOutputTypeDef, body: bytes) -> bool:
    """Whether the body has the MD5 that its ETag says, where the ETag is one and of this body.

    It is one for an object put in one part and not encrypted with a KMS or the client's own key:
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html
    """
    etag = answer.get("ETag", "").strip('"')
    is_part = "ContentRange" in answer
    encrypted = answer.get("ServerSideEncryption", "AES256") != "AES256"
    if is_part or encrypted or "SSECustomerAlgorithm" in answer or not _MD5.fullmatch(etag):
        return True
    return hashlib.md5(body, usedforsecurity=False).hexdigest() == etag
