"""Credentials of a Cognito identity carry the tags that its pool makes of a token's claims.

A pool's principal tags become tags of the session, which policies read as `aws:PrincipalTag/…`
(https://docs.aws.amazon.com/cognito/latest/developerguide/using-afac-with-cognito-identity-pools.html).
MiniStack stores the mapping and does not apply it. Obsolete once a policy that requires such a tag
lets its owner in.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any


def apply() -> None:
    """Add the tags when a session is registered."""
    sessions = importlib.import_module("ministack.services.sts")
    cognito = importlib.import_module("ministack.services.cognito")
    register = sessions.register_session

    def register_session(access_key: str, session: dict[str, Any]) -> None:
        pool = cognito._identity_pools.get(session.get("_identity_pool_id") or "") or {}
        logins = session.get("_logins") or {}
        claims = {provider: cognito._token_claims(token) for provider, token in logins.items()}
        tags = session_tags(pool.get("_principal_tags") or {}, claims)
        register(access_key, {**session, "SessionTags": [*session.get("SessionTags", []), *tags]})

    vars(sessions)["register_session"] = register_session


def session_tags(
    mappings: Mapping[str, Mapping[str, Any]], claims: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, str]]:
    """The tags of a session: each provider's mapping (tag → claim) applied to its token's claims.

    A claim that the token lacks gives no tag. UseDefaults is not in use here and gives none.
    """
    return [
        {"Key": tag, "Value": str(claims[provider][claim])}
        for provider, mapping in mappings.items()
        for tag, claim in (mapping.get("PrincipalTags") or {}).items()
        if claim in claims.get(provider, {})
    ]
