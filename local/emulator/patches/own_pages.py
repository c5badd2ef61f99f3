"""No web page but one of this machine reaches the emulator.

AWS asks for a signature, whatever page a request comes from. MiniStack also answers requests that
need none, such as the one that deletes everything, and a browser on this machine sends them for any
page: it hides the answer and not the request. It also sends them under another site's name, once
that name was made to mean 127.0.0.1. So a request must be for this machine by its address, and must
not come from a page of elsewhere. Of MiniStack's own paths two are left: the one for its health,
and the one where CloudFormation waits for custom resources, under names that nobody can guess.
Obsolete once a request with a foreign `Host` or `Origin` is refused.
"""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

HERE = frozenset({"127.0.0.1", "localhost"})
OF_AWS = (".amazonaws.com", ".cloudfront.net")
HEALTH = "/_ministack/health"
ANSWERS = "/_ministack/cfn-response/"

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def apply() -> None:
    """Stand in front of everything that is served."""
    app = importlib.import_module("ministack.app")
    serve = app.app

    async def guarded(scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await serve(scope, receive, send)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in scope["headers"]
        }
        if is_welcome(scope["path"], headers):
            await serve(scope, receive, send)
        elif scope["type"] == "http":
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b""})
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008})

    vars(app)["app"] = guarded


def is_welcome(path: str, headers: Mapping[str, str]) -> bool:
    """Whether a request is for this machine, and of no page or of one of this machine."""
    if path.startswith(("/_ministack/", "/_localstack/")) and not is_left(path):
        return False
    host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
    if host not in HERE and not host.endswith(OF_AWS):
        return False
    if "origin" in headers:
        return urlsplit(headers["origin"]).hostname in HERE
    # An image or a form that is sent with GET has no Origin.
    return headers.get("sec-fetch-site") != "cross-site"


def is_left(path: str) -> bool:
    """Whether a path of MiniStack's own is one that Darkroom uses."""
    # Of one part: what follows could lead back up.
    return path == HEALTH or (path.startswith(ANSWERS) and "/" not in path.removeprefix(ANSWERS))
