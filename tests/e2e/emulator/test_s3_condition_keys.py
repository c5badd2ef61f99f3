"""Policies know storage classes and keys of the client's own of uploads, and ETags of deletions."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.server import Server
from tests.e2e.emulator.principals import client, is_refused, obsolete, role_credentials

OWN_KEY = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": b"k" * 32}


def uploader(server: Server) -> tuple[Any, str]:
    """A client that may put objects, but none in another class than STANDARD or with a key."""
    bucket = f"classes-{secrets.token_hex(4)}"
    client(server, "s3").create_bucket(Bucket=bucket)
    client(server, "s3").put_object(Bucket=bucket, Key="there", Body=b"a")
    objects = f"arn:aws:s3:::{bucket}/*"
    own_key = "s3:x-amz-server-side-encryption-customer-algorithm"
    held = role_credentials(
        server,
        [
            {"Effect": "Allow", "Action": ["s3:PutObject", "s3:GetObject"], "Resource": objects},
            {
                "Effect": "Deny",
                "Action": "s3:PutObject",
                "Resource": objects,
                "Condition": {
                    "StringNotEquals": {"s3:x-amz-storage-class": ["STANDARD"]},
                    "Null": {"s3:x-amz-storage-class": "false"},
                },
            },
            {
                "Effect": "Deny",
                "Action": "s3:PutObject",
                "Resource": objects,
                "Condition": {"Null": {own_key: "false"}},
            },
        ],
    )
    return client(server, "s3", held), bucket


def put(s3: Any, bucket: str, **options: Any) -> Any:
    return s3.put_object(Bucket=bucket, Key="a", Body=b"a", **options)


def begin(s3: Any, bucket: str, **options: Any) -> Any:
    return s3.create_multipart_upload(Bucket=bucket, Key="a", **options)


def copy(s3: Any, bucket: str, **options: Any) -> Any:
    source = {"Bucket": bucket, "Key": "there"}
    return s3.copy_object(Bucket=bucket, Key="a", CopySource=source, **options)


Upload = Callable[..., Any]
WAYS = pytest.mark.parametrize("upload", [put, begin, copy])


@WAYS
@pytest.mark.parametrize("options", [{"StorageClass": "GLACIER"}, OWN_KEY])
def test_upload_is_refused_when_the_policy_denies_what_it_asks_for(
    patched: Server, upload: Upload, options: dict[str, Any]
) -> None:
    s3, bucket = uploader(patched)
    assert is_refused(lambda: upload(s3, bucket, **options))


@WAYS
@pytest.mark.parametrize("options", [{}, {"StorageClass": "STANDARD"}])
def test_upload_is_let_in_when_it_asks_for_nothing_that_is_denied(
    patched: Server, upload: Upload, options: dict[str, Any]
) -> None:
    s3, bucket = uploader(patched)
    assert not is_refused(lambda: upload(s3, bucket, **options))


@pytest.mark.parametrize("options", [{"StorageClass": "GLACIER"}, OWN_KEY])
def test_upload_is_let_in_when_the_patch_is_missing(plain: Server, options: dict[str, Any]) -> None:
    s3, bucket = uploader(plain)
    assert not is_refused(lambda: put(s3, bucket, **options)), obsolete("s3_condition_keys")


def deleter(server: Server) -> tuple[Any, str, str]:
    """A client that may delete objects by their ETag alone, and an object with its ETag."""
    bucket = f"deletions-{secrets.token_hex(4)}"
    client(server, "s3").create_bucket(Bucket=bucket)
    etag = client(server, "s3").put_object(Bucket=bucket, Key="there", Body=b"a")["ETag"]
    statement = {
        "Effect": "Allow",
        "Action": "s3:DeleteObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {"Null": {"s3:if-match": "false"}},
    }
    return client(server, "s3", role_credentials(server, [statement])), bucket, etag


def test_deletion_is_let_in_only_when_it_names_an_etag_as_the_policy_asks(patched: Server) -> None:
    s3, bucket, etag = deleter(patched)
    assert is_refused(lambda: s3.delete_object(Bucket=bucket, Key="there"))
    with pytest.raises(ClientError, match="PreconditionFailed"):
        s3.delete_object(Bucket=bucket, Key="there", IfMatch='"another"')
    assert not is_refused(lambda: s3.delete_object(Bucket=bucket, Key="there", IfMatch=etag))
    with pytest.raises(ClientError, match="NoSuchKey"):
        s3.delete_object(Bucket=bucket, Key="there", IfMatch=etag)


def test_deletion_by_its_etag_is_refused_when_the_patch_is_missing(plain: Server) -> None:
    s3, bucket, etag = deleter(plain)
    refused = is_refused(lambda: s3.delete_object(Bucket=bucket, Key="there", IfMatch=etag))
    assert refused, obsolete("s3_condition_keys")
