"""A web page cannot reach into this machine through the emulator."""

from __future__ import annotations

import http.client
from collections.abc import Mapping

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from local.server import Server
from tests.e2e.emulator.principals import obsolete

# What a browser sends for a page: of elsewhere, without an Origin, under another site's name.
FOREIGN: list[dict[str, str]] = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Host": "evil.example"},
]


def status(server: Server, method: str, path: str, headers: Mapping[str, str] | None = None) -> int:
    """The status of the answer to an unsigned request."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.request(method, path, headers=dict(headers or {}))
        return connection.getresponse().status
    finally:
        connection.close()


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_request_is_refused_when_a_foreign_page_sends_it(
    patched: Server, headers: dict[str, str]
) -> None:
    assert status(patched, "GET", "/_ministack/health") == 200
    assert status(patched, "GET", "/_ministack/health", headers) == 403


def test_page_of_this_machine_is_answered_when_it_asks(patched: Server) -> None:
    headers = {"Origin": "http://127.0.0.1:5173", "Sec-Fetch-Site": "same-site"}
    assert status(patched, "GET", "/_ministack/health", headers) == 200


def test_everything_stays_when_somebody_asks_to_delete_it(patched: Server) -> None:
    bucket = "stays"
    patched.client("s3").create_bucket(Bucket=bucket)

    assert status(patched, "POST", "/_ministack/reset") == 403

    names = {each["Name"] for each in patched.client("s3").list_buckets()["Buckets"]}
    assert bucket in names


def test_socket_is_refused_when_a_foreign_page_opens_it(patched: Server) -> None:
    with pytest.raises(InvalidStatus) as refused:
        connect(
            f"ws://127.0.0.1:{patched.port}/",
            additional_headers={"Origin": "https://evil.example"},
            proxy=None,
        )
    assert refused.value.response.status_code == 403


def test_foreign_page_reaches_everything_when_the_patch_is_missing(plain: Server) -> None:
    answers = [status(plain, "GET", "/_ministack/health", headers) for headers in FOREIGN]
    assert answers == [200] * len(FOREIGN), obsolete("own_pages")
