"""A page learns by name which headers it may send to a service."""

from __future__ import annotations

import http.client

from local.server import Server
from tests.e2e.emulator.principals import obsolete

ASKED = "authorization,content-type,x-amz-target"


def allowed(server: Server) -> str | None:
    """What DynamoDB's answer to a page's preflight allows."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    headers = {
        "Origin": "http://127.0.0.1:5173",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": ASKED,
    }
    try:
        connection.request("OPTIONS", "/", headers=headers)
        return connection.getresponse().getheader("Access-Control-Allow-Headers")
    finally:
        connection.close()


def test_preflight_names_the_headers_when_the_patch_is_applied(patched: Server) -> None:
    assert allowed(patched) == ASKED


def test_preflight_says_any_when_the_patch_is_missing(plain: Server) -> None:
    assert allowed(plain) == "*", obsolete("preflights")
