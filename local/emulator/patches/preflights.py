"""A preflight's answer names the headers that a page may send.

AWS names those that the browser asked for. MiniStack says `*`, which by the standard leaves out
`Authorization` (https://fetch.spec.whatwg.org/#http-access-control-allow-headers): browsers warn of
it today, and will refuse. Obsolete once an answer to OPTIONS repeats what was asked for.
"""

from __future__ import annotations

import importlib
from typing import Any

ALLOWED = "Access-Control-Allow-Headers"


def apply() -> None:
    """Name the headers in place of `*`."""
    app = importlib.import_module("ministack.app")
    answer = app._handle_options_request

    def named(method: str, path: str, headers: dict[str, str], *arguments: Any) -> Any:
        answered = answer(method, path, headers, *arguments)
        asked = headers.get("access-control-request-headers")
        if answered and asked and answered[1].get(ALLOWED) == "*":
            answered[1][ALLOWED] = asked
        return answered

    vars(app)["_handle_options_request"] = named
