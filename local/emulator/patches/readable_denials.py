"""A browser can read that S3 denied its request.

S3 adds the bucket's CORS headers to every answer. MiniStack leaves them out where IAM denies, so
a page sees a broken connection instead of AccessDenied. Obsolete once a denied request's answer has
an Access-Control-Allow-Origin header.
"""

from __future__ import annotations

import importlib
from http import HTTPStatus


def apply() -> None:
    """Add the CORS headers of the bucket to answers with status 403."""
    app = importlib.import_module("ministack.app")
    s3 = importlib.import_module("ministack.services.s3")
    dispatch = app._dispatch_service_request

    async def dispatch_service_request(
        method: str, path: str, headers: dict[str, str], *arguments: object
    ) -> tuple[int, dict[str, str], bytes]:
        status, answered, body = await dispatch(method, path, headers, *arguments)
        if status == HTTPStatus.FORBIDDEN:
            target = app._s3_cors_target(headers.get("host", ""), path)
            readable = s3.cors_response_headers(target[0], method, headers) if target else {}
            answered = {**readable, **answered}
        return status, answered, body

    vars(app)["_dispatch_service_request"] = dispatch_service_request
