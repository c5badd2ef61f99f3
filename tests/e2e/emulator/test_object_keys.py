"""A policy for `users/x/*` includes the key `users/x/`, and `users/x/?*` does not, as on AWS."""

from __future__ import annotations

import secrets

import pytest

from local.server import Server
from tests.e2e.emulator.principals import client, is_refused, obsolete, role_credentials


def is_let_in(server: Server, pattern: str, key: str) -> bool:
    """Whether somebody may put an object at a key, whose policy names a pattern."""
    bucket = f"keys-{secrets.token_hex(4)}"
    client(server, "s3").create_bucket(Bucket=bucket)
    resource = f"arn:aws:s3:::{bucket}/{pattern}"
    allow = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": resource}
    s3 = client(server, "s3", role_credentials(server, [allow]))
    return not is_refused(lambda: s3.put_object(Bucket=bucket, Key=key, Body=b"a"))


@pytest.mark.parametrize(
    ("pattern", "key", "expected"),
    [
        ("users/x/*", "users/x/", True),
        ("users/x/?*", "users/x/", False),
        ("users/x/?*", "users/x/a", True),
        ("users/x/?*", "users/x/a/", True),
        ("users/x/?*", "users//x/a", False),
    ],
)
def test_key_is_judged_as_it_is_named_when_a_part_of_it_is_empty(
    patched: Server, pattern: str, key: str, expected: bool
) -> None:
    assert is_let_in(patched, pattern, key) is expected


def test_key_that_ends_in_a_slash_is_judged_without_it_when_the_patch_is_missing(
    plain: Server,
) -> None:
    assert not is_let_in(plain, "users/x/*", "users/x/"), obsolete("object_keys")
