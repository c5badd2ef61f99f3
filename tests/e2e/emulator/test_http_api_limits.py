"""An API takes what its stage allows, and what a function raises stays inside."""

from __future__ import annotations

from local.emulator.patches.http_api_limits import MOST_BYTES
from local.server import Server
from tests.e2e.emulator.http_apis import create_api
from tests.e2e.emulator.principals import obsolete

RAISES = 'def handler(event, context):\n    raise ValueError("where it hurts")\n'
RARE = {"ThrottlingRateLimit": 0.001, "ThrottlingBurstLimit": 2}


def test_request_beyond_the_rate_is_refused_when_the_patch_is_applied(patched: Server) -> None:
    api, _ = create_api(patched, settings=RARE)
    answers = [api.call() for _ in range(3)]
    assert [answer.status for answer in answers] == [200, 200, 429]
    assert answers[-1].json == {"message": "Too Many Requests"}


def test_body_beyond_10_megabytes_is_refused_when_the_patch_is_applied(patched: Server) -> None:
    api, _ = create_api(patched)
    assert api.call(bytes(MOST_BYTES + 1)).status == 413


def test_exception_stays_inside_when_the_patch_is_applied(patched: Server) -> None:
    api, _ = create_api(patched, RAISES)
    answer = api.call()
    assert (answer.status, answer.json) == (500, {"message": "Internal Server Error"})


def test_there_are_no_limits_when_the_patch_is_missing(plain: Server) -> None:
    said = obsolete("http_api_limits")
    api, _ = create_api(plain, settings=RARE)
    assert {api.call().status for _ in range(4)} == {200}, said
    api, _ = create_api(plain, RAISES)
    assert b"where it hurts" in api.call().body, said
