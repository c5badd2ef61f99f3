"""What the launcher adds of a Cognito identity: tags, the caller of a WebSocket, an API's URL."""

from __future__ import annotations

from local.identities import session_tags, urls_in, websocket_identity

POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_A"
HERE = "http://127.0.0.1:4566"


def test_claim_becomes_a_tag_when_the_pool_maps_it() -> None:
    mappings = {POOL: {"PrincipalTags": {"admission": "door", "team": "custom:team"}}}
    claims = {POOL: {"door": "open", "sub": "1"}}

    assert session_tags(mappings, claims) == [{"Key": "admission", "Value": "open"}]


def test_session_has_no_tag_when_the_login_is_of_another_provider() -> None:
    mappings = {POOL: {"PrincipalTags": {"admission": "door"}}}

    assert session_tags(mappings, {"accounts.google.com": {"door": "open"}}) == []
    assert session_tags(mappings, {}) == []


def test_caller_is_nobody_when_credentials_are_not_of_the_pool() -> None:
    assert websocket_identity({"Arn": "arn:aws:sts::1:assumed-role/x/y"}) == {}


def test_other_variables_stay_when_a_function_s_environment_is_read() -> None:
    variables = {"TABLE": "images", "URL": "https://a1.execute-api.x.amazonaws.com/live"}

    assert dict(urls_in(variables, HERE)) == {"URL": f"{HERE}/_aws/execute-api/a1/live"}
