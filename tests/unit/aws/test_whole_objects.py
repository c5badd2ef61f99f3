"""Objects that are read whole, and replaced by who has seen them, on a client that fails as S3."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, IncompleteReadError
from darkroom.aws.errors import ObjectChanged, ObjectMissing, ObjectUnchanged
from darkroom.aws.s3 import Bucket
from darkroom.errors import TransientError

BODY = b"an index"
ETAG = hashlib.md5(BODY, usedforsecurity=False).hexdigest()


class BrokenBody(io.BytesIO):
    def read(self, *_: Any) -> bytes:
        raise IncompleteReadError(actual_bytes=1, expected_bytes=8)


class S3:
    """Answers with what it was made with, one after another."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)
        self.requests: list[dict[str, Any]] = []

    def get_object(self, **request: Any) -> Any:
        self.requests.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, str):
            raise ClientError({"Error": {"Code": answer}}, "GetObject")
        return answer

    def put_object(self, **request: Any) -> Any:
        self.requests.append({**request, "Body": request["Body"].read()})
        return self.get_object()

    def bucket(self) -> Bucket:
        client: Any = self
        return Bucket(client, "bucket")


def found(body: Any = None, **changes: Any) -> dict[str, Any]:
    return {
        "ETag": f'"{ETAG}"',
        "LastModified": datetime(2026, 11, 27, tzinfo=UTC),
        "ContentLength": len(BODY),
        "Body": body or io.BytesIO(BODY),
    } | changes


def test_object_is_read_with_its_etag() -> None:
    whole = S3(found()).bucket().read_whole("key", most=100)
    assert (whole.etag, whole.body, whole.modified.year) == (ETAG, BODY, 2026)


def test_object_is_read_again_when_its_body_breaks_off_or_is_damaged() -> None:
    s3 = S3(found(BrokenBody()), found(io.BytesIO(b"AN INDEX")), found())
    assert s3.bucket().read_whole("key", most=100).body == BODY
    assert len(s3.requests) == 3


def test_object_is_given_up_when_its_body_breaks_off_each_time() -> None:
    with pytest.raises(TransientError):
        S3(*(found(BrokenBody()) for _ in range(3))).bucket().read_whole("key", most=100)


def test_body_is_not_read_when_it_is_larger_than_asked_for() -> None:
    whole = S3(found(BrokenBody())).bucket().read_whole("key", most=len(BODY) - 1)
    assert (whole.etag, whole.body) == (ETAG, None)


def test_known_object_is_asked_for_by_its_etag() -> None:
    s3 = S3("304")
    with pytest.raises(ObjectUnchanged):
        s3.bucket().read_whole("key", most=100, other_than=ETAG)
    assert s3.requests[0]["IfNoneMatch"] == f'"{ETAG}"'


@pytest.mark.parametrize(
    ("etag", "condition"), [(None, {"IfNoneMatch": "*"}), (ETAG, {"IfMatch": ETAG})]
)
def test_object_is_replaced_only_if_it_is_the_known_one(
    etag: str | None, condition: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(BODY)
    s3 = S3(found())
    put = s3.bucket().put_over("key", tmp_path / "file", content_type="x/y", etag=etag)
    assert put == ETAG
    assert s3.requests[0].items() >= {**condition, "Body": BODY}.items()


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("PreconditionFailed", ObjectChanged),
        ("ConditionalRequestConflict", ObjectChanged),
        ("NoSuchKey", ObjectMissing),
    ],
)
def test_refused_replacement_is_told_apart(
    code: str, error: type[Exception], tmp_path: Path
) -> None:
    (tmp_path / "file").write_bytes(BODY)
    with pytest.raises(error):
        S3(code).bucket().put_over("key", tmp_path / "file", content_type="x/y", etag=ETAG)
