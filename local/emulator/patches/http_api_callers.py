"""A route of an HTTP API for IAM's callers takes requests that are signed for it, and no others.

AWS answers everything else with 403 and `{"message": "Forbidden"}`, as it answers whom no policy
lets in (https://docs.aws.amazon.com/apigateway/latest/developerguide/
http-api-access-control-iam.html). MiniStack lets any Authorization header pass that is none of
AWS's, so that `Bearer …` comes to the function unsigned; it takes a signature for another service;
and it says which policy is missing. Obsolete once all three are refused as on AWS.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

_SIGNED = re.compile(r"AWS4-HMAC-SHA256\s+(?:.*,\s*)?Credential=([^,\s]+)")
_SCOPE = "execute-api/aws4_request"
_FORBIDDEN = b'{"message":"Forbidden"}'


def apply() -> None:
    """Look at the signature's scope before it is checked, and say no more than AWS does."""
    app = importlib.import_module("ministack.app")
    gateway = importlib.import_module("ministack.services.apigateway")
    enforce = app._enforce_execute_api

    def enforce_execute_api(
        api_id: str,
        stage: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        query: Mapping[str, Sequence[str]],
        **options: Any,
    ) -> Any:
        of_iam = gateway.route_authorization_type(api_id, stage, method, path) == "AWS_IAM"
        if not of_iam or not app.AUTH:
            return enforce(api_id, stage, method, path, headers, query, **options)
        _, region = gateway.find_api_scope(api_id)
        if not is_signed_for(headers, query, region):
            return _forbidden()
        denied = enforce(api_id, stage, method, path, headers, query, **options)
        return _forbidden() if denied else None

    vars(app)["_enforce_execute_api"] = enforce_execute_api


def _forbidden() -> tuple[int, dict[str, str], bytes]:
    return HTTPStatus.FORBIDDEN.value, {"Content-Type": "application/json"}, _FORBIDDEN


def is_signed_for(
    headers: Mapping[str, str], query: Mapping[str, Sequence[str]], region: str
) -> bool:
    """Whether a request has a signature for the APIs of a region; right or wrong."""
    found = _SIGNED.match(headers.get("authorization", ""))
    credential = found[1] if found else (query.get("X-Amz-Credential") or [""])[0]
    return credential.endswith(f"/{region}/{_SCOPE}")
