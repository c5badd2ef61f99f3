"""A page learns from S3 that it was denied, and is not left with a broken connection."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.server import Server
from tests.e2e.emulator.principals import client, obsolete, role_credentials

ORIGIN = "http://127.0.0.1:5173"


def headers_of_denial(server: Server) -> dict[str, str]:
    """The headers of the answer to a denied request that a page of ORIGIN makes."""
    bucket, owner = f"denied-{secrets.token_hex(4)}", client(server, "s3")
    owner.create_bucket(Bucket=bucket)
    rule = {"AllowedOrigins": [ORIGIN], "AllowedMethods": ["GET"], "AllowedHeaders": ["*"]}
    owner.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    nobody = {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}
    s3 = client(server, "s3", role_credentials(server, [nobody]))

    def come_from_page(request: Any, **_: Any) -> None:
        request.headers["Origin"] = ORIGIN

    s3.meta.events.register("before-send.s3.GetObject", come_from_page)
    with pytest.raises(ClientError, match="AccessDenied") as denied:
        s3.get_object(Bucket=bucket, Key="a")
    headers: dict[str, str] = denied.value.response["ResponseMetadata"]["HTTPHeaders"]
    return headers


def test_denial_can_be_read_by_the_page_when_the_patch_is_applied(patched: Server) -> None:
    assert headers_of_denial(patched)["access-control-allow-origin"] == ORIGIN


def test_denial_has_no_cors_headers_when_the_patch_is_missing(plain: Server) -> None:
    headers = headers_of_denial(plain)
    assert "access-control-allow-origin" not in headers, obsolete("readable_denials")
