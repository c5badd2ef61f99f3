"""The URL of an API of API Gateway, in a cloud that is not AWS."""

from __future__ import annotations

import re

_API_HOST = re.compile(r"(https|wss)://([a-z0-9]+)\.execute-api\.[a-z0-9.-]+/")


def api_url(url: str, endpoint: str) -> str:
    """Where the local cloud at `endpoint` serves an API's URL of AWS; any other URL unchanged."""
    found = _API_HOST.match(url)
    if found is None:
        return url
    scheme = {"https": "http", "wss": "ws"}[found[1]]
    host = endpoint.partition("://")[2]
    return f"{scheme}://{host}/_aws/execute-api/{found[2]}/{url[found.end() :]}"
