"""An HTTP API takes so many requests a second and so many bytes, and tells nothing of a failure.

AWS answers with 429 what is more than the stage's rate, with 413 a body above 10 MB, and with 500
and no detail what a function raises (https://docs.aws.amazon.com/apigateway/latest/developerguide/
http-api-throttling.html, http-api-quotas.html, http-api-troubleshooting-lambda.html). MiniStack
takes whatever comes, and answers with 502 and the function's error. Obsolete once a stage's
ThrottlingRateLimit holds and an exception's text stays inside.
"""

from __future__ import annotations

import contextvars
import importlib
import time
from collections.abc import Callable
from typing import Any

Answer = tuple[int, dict[str, str], bytes]

MOST_BYTES = 10 * 1024 * 1024
_JSON = {"Content-Type": "application/json"}
TOO_MANY: Answer = (429, _JSON, b'{"message":"Too Many Requests"}')
TOO_LARGE: Answer = (413, _JSON, b'{"message":"Request Entity Too Large"}')
INTERNAL_ERROR: Answer = (500, _JSON, b'{"message":"Internal Server Error"}')


def apply() -> None:
    """Count requests and bytes before a route is called, and hide what a function raises."""
    gateway = importlib.import_module("ministack.services.apigateway")
    functions = importlib.import_module("ministack.services.lambda_svc")
    execute, invoke = gateway._handle_execute_in_scope, gateway._invoke_lambda_proxy
    answered = functions.lambda_execute_result_to_api_proxy_response
    buckets: dict[tuple[str, str], Bucket] = {}
    of_http_api = contextvars.ContextVar("of_http_api", default=False)

    async def handle_execute(
        api_id: str, stage: str, path: str, method: str, headers: Any, body: bytes, *others: Any
    ) -> Any:
        settings = (gateway._stages.get(api_id, {}).get(stage) or {}).get("defaultRouteSettings")
        if method != "OPTIONS" and settings and "throttlingRateLimit" in settings:
            bucket = buckets.setdefault((api_id, stage), Bucket())
            rate, burst = settings["throttlingRateLimit"], settings["throttlingBurstLimit"]
            if not bucket.takes(float(rate), int(burst)):
                return answer(TOO_MANY)
        if len(body or b"") > MOST_BYTES:
            return answer(TOO_LARGE)
        return await execute(api_id, stage, path, method, headers, body, *others)

    async def invoke_lambda_proxy(*arguments: Any, **keywords: Any) -> Any:
        token = of_http_api.set(True)
        try:
            return await invoke(*arguments, **keywords)
        finally:
            of_http_api.reset(token)

    def proxy_response(result: dict[str, Any]) -> Any:
        if of_http_api.get() and result.get("error") and not result.get("throttle"):
            status, headers, body = answer(INTERNAL_ERROR)
            return {"statusCode": status, "headers": headers, "body": body.decode()}, None
        return answered(result)

    vars(gateway)["_handle_execute_in_scope"] = handle_execute
    vars(gateway)["_invoke_lambda_proxy"] = invoke_lambda_proxy
    vars(functions)["lambda_execute_result_to_api_proxy_response"] = proxy_response


def answer(fixed: Answer) -> Answer:
    """An answer to send: headers of its own are added to it."""
    status, headers, body = fixed
    return status, dict(headers), body


class Bucket:
    """The tokens of a stage: each request takes one, and they come back at a rate."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._seen = now()
        self._taken = 0.0

    def takes(self, rate: float, burst: int) -> bool:
        """Whether a request may pass now; `burst` tokens are the most, `rate` come in a second."""
        now = self._now()
        self._taken = max(0.0, self._taken - (now - self._seen) * rate)
        self._seen = now
        if self._taken > burst - 1:
            return False
        self._taken += 1
        return True
