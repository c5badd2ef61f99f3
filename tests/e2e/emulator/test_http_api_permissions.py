"""A function is called by an API that its own policy lets in."""

from __future__ import annotations

from local.server import Server
from tests.e2e.emulator.http_apis import create_api
from tests.e2e.emulator.principals import obsolete


def test_function_is_called_with_its_permission_alone_when_the_patch_is_applied(
    patched: Server,
) -> None:
    api, function = create_api(patched, allowed=False)
    answer = api.call()
    assert (answer.status, answer.json) == (500, {"message": "Internal Server Error"})
    api.allow(function, "v1/GET/search")  # for another route
    assert api.call().status == 500


def test_function_is_called_by_any_api_when_the_patch_is_missing(plain: Server) -> None:
    api, _ = create_api(plain, allowed=False)
    assert api.call().status == 200, obsolete("http_api_permissions")
