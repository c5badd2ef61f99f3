"""The tags of a Cognito identity's session: what its pool makes of its token's claims."""

from __future__ import annotations

from local.emulator.patches.session_tags import session_tags

POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_A"


def test_claim_becomes_a_tag_when_the_pool_maps_it() -> None:
    mappings = {POOL: {"PrincipalTags": {"admission": "door", "team": "custom:team"}}}
    claims = {POOL: {"door": "open", "sub": "1"}}

    assert session_tags(mappings, claims) == [{"Key": "admission", "Value": "open"}]


def test_session_has_no_tag_when_the_login_is_of_another_provider() -> None:
    mappings = {POOL: {"PrincipalTags": {"admission": "door"}}}

    assert session_tags(mappings, {"accounts.google.com": {"door": "open"}}) == []
    assert session_tags(mappings, {}) == []
