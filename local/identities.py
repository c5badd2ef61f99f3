"""What AWS tells of a Cognito identity: tags of its sessions, and who opens a WebSocket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from operations.api_url import api_url


def session_tags(
    mappings: Mapping[str, Mapping[str, Any]], claims: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, str]]:
    """The tags of a session: each provider's mapping (tag → claim) applied to its token's claims.

    https://docs.aws.amazon.com/cognito/latest/developerguide/using-afac-with-cognito-identity-pools.html
    A claim that the token lacks gives no tag. UseDefaults is not in use here and gives none.
    """
    return [
        {"Key": tag, "Value": str(claims[provider][claim])}
        for provider, mapping in mappings.items()
        for tag, claim in (mapping.get("PrincipalTags") or {}).items()
        if claim in claims.get(provider, {})
    ]


def websocket_identity(session: Mapping[str, Any]) -> dict[str, Any]:
    """What `requestContext.identity` says of a caller who signed with Cognito's credentials."""
    if not session.get("_identity_id"):
        return {}
    return {
        "cognitoIdentityId": session["_identity_id"],
        "cognitoIdentityPoolId": session.get("_identity_pool_id"),
        "cognitoAuthenticationType": session.get("_cognito_auth_type"),
        "cognitoAuthenticationProvider": session.get("_cognito_auth_provider"),
        "userArn": session.get("Arn"),
    }


def urls_in(values: Mapping[str, str], endpoint: str) -> Iterable[tuple[str, str]]:
    """The environment variables that hold such a URL, as they have to be for the emulator."""
    for name, value in values.items():
        if (local := api_url(value, endpoint)) != value:
            yield name, local
