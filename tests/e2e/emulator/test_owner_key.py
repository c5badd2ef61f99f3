"""The cloud's owner is who has this launch's key and secret."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from local.server import Server
from tests.e2e.emulator.principals import client, obsolete, unsigned_client

REFUSED = "UnrecognizedClientException|InvalidAccessKeyId|InvalidClientTokenId|AccessDenied"


def buckets(server: Server, credentials: Credentials | None = None) -> Any:
    return client(server, "s3", credentials).list_buckets()["Buckets"]


@pytest.mark.parametrize("key_id", ["test", "000000000000", "123456789012", "darkroom-root"])
def test_request_is_refused_when_its_key_is_one_that_everybody_knows(
    patched: Server, key_id: str
) -> None:
    buckets(patched)

    with pytest.raises(ClientError, match=REFUSED):
        buckets(patched, Credentials(key_id, "test"))


def test_request_is_refused_when_the_owner_s_signature_is_forged(patched: Server) -> None:
    key_id = patched.root["AWS_ACCESS_KEY_ID"]

    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        buckets(patched, Credentials(key_id, "guessed"))


@pytest.mark.parametrize(
    ("service", "call"),
    [
        ("s3", "list_buckets"),
        ("dynamodb", "list_tables"),
        ("sqs", "list_queues"),
        ("lambda", "list_functions"),
        ("iam", "list_roles"),
        ("cloudformation", "list_stacks"),
    ],
)
def test_request_is_refused_when_nobody_signed_it(patched: Server, service: str, call: str) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(unsigned_client(patched, service), call)()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] in (400, 403)


def test_owner_is_known_when_they_ask_who_they_are(patched: Server) -> None:
    identity = patched.client("sts").get_caller_identity()
    assert identity["Arn"].endswith(":root")


def test_key_is_another_one_when_another_emulator_is_started() -> None:
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    first, second = ([Server("unstarted").root[name] for name in names] for _ in range(2))
    assert not set(first) & set(second)


def test_well_known_key_owns_everything_when_the_patch_is_missing(plain: Server) -> None:
    try:
        buckets(plain, Credentials("test", "whatever"))
    except ClientError:
        pytest.fail(obsolete("owner_key"))
