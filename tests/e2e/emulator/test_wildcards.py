"""A name with a line break is within `users/x/*`, for an Allow as for a Deny."""

from __future__ import annotations

import secrets

from local.server import Server
from tests.e2e.emulator.principals import client, is_refused, obsolete, role_credentials

KEY = "users/ann/first\nsecond.jpg"


def may_put(server: Server, *effects: str) -> bool:
    """Whether a role may put KEY that is allowed, or denied, what is below users/ann/."""
    bucket = f"breaks-{secrets.token_hex(4)}"
    client(server, "s3").create_bucket(Bucket=bucket)
    below, everything = (f"arn:aws:s3:::{bucket}/{path}" for path in ("users/ann/*", "*"))
    statements = [
        {
            "Effect": effect,
            "Action": "s3:PutObject",
            "Resource": everything if effect == "Allow" and "Deny" in effects else below,
        }
        for effect in effects
    ]
    s3 = client(server, "s3", role_credentials(server, statements))
    return not is_refused(lambda: s3.put_object(Bucket=bucket, Key=KEY, Body=b"a photo"))


def test_name_with_a_line_break_is_judged_as_any_other_when_the_patch_is_applied(
    patched: Server,
) -> None:
    assert may_put(patched, "Allow")
    assert not may_put(patched, "Allow", "Deny")


def test_wildcard_ends_at_a_line_break_when_the_patch_is_missing(plain: Server) -> None:
    assert not may_put(plain, "Allow"), obsolete("wildcards")
