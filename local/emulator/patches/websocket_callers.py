"""A $connect event says which Cognito identity opens the WebSocket.

API Gateway fills `requestContext.identity` from the credentials that signed the request; MiniStack
checks the signature and tells the function nothing of it. Obsolete once the identity of a $connect
event holds `cognitoIdentityId`.
"""

from __future__ import annotations

import contextvars
import importlib
from collections.abc import Mapping
from typing import Any


def apply() -> None:
    """Add the caller's identity to the context of events."""
    gateway = importlib.import_module("ministack.services.apigateway")
    router = importlib.import_module("ministack.core.router")
    sessions = importlib.import_module("ministack.services.sts")
    invoke, context_of = gateway._invoke_ws_lambda, gateway._ws_request_context
    caller: contextvars.ContextVar[dict[str, Any]] = contextvars.ContextVar("caller")

    async def invoke_ws_lambda(*arguments: Any, **keywords: Any) -> Any:
        query = keywords.get("query_params") or {}
        key = router.extract_access_key_id({}, query) if query else None
        token = caller.set(identity_of(sessions._sessions.get(key) or {}))
        try:
            return await invoke(*arguments, **keywords)
        finally:
            caller.reset(token)

    def ws_request_context(*arguments: Any, **keywords: Any) -> dict[str, Any]:
        context: dict[str, Any] = context_of(*arguments, **keywords)
        return {**context, "identity": {**context["identity"], **caller.get({})}}

    vars(gateway)["_invoke_ws_lambda"] = invoke_ws_lambda
    vars(gateway)["_ws_request_context"] = ws_request_context


def identity_of(session: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `requestContext.identity` for a session; none if Cognito did not issue it."""
    if not session.get("_identity_id"):
        return {}
    return {
        "cognitoIdentityId": session["_identity_id"],
        "cognitoIdentityPoolId": session.get("_identity_pool_id"),
        "cognitoAuthenticationType": session.get("_cognito_auth_type"),
        "cognitoAuthenticationProvider": session.get("_cognito_auth_provider"),
        "userArn": session.get("Arn"),
    }
