"""Which requests are for the emulator: of this machine, by its address, and of no foreign page."""

from __future__ import annotations

import pytest

from local.emulator.patches.own_pages import ANSWERS, HEALTH, is_welcome

HOST = {"host": "127.0.0.1:4566"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "localhost:4566"},
        {"host": "d111111abcdef8.cloudfront.net"},  # a page that a stack hosts
        {"host": "cognito-idp.eu-central-1.amazonaws.com"},  # a client that knows no endpoint
        {"origin": "http://127.0.0.1:5173"},
        {"origin": "http://localhost:5173", "sec-fetch-site": "same-site"},
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},  # typed into the address bar
    ],
)
def test_request_is_welcome_when_it_is_of_this_machine(headers: dict[str, str]) -> None:
    assert is_welcome("/", HOST | headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1.evil.example"},
        {"origin": "http://evil.example:127"},
        {"origin": "http://evil.example/127.0.0.1"},
        {"origin": "http://127.0.0.1@evil.example"},
        {"origin": "null"},  # a sandboxed frame, or a file
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"host": "evil.example"},  # a name that was made to mean 127.0.0.1
        {"host": "evil.example:4566"},
        {"host": "127.0.0.1.evil.example"},
        {"host": "127.0.0.1@evil.example"},
        {"host": "cloudfront.net.evil.example"},
        {"host": ""},
    ],
)
def test_request_is_refused_when_a_foreign_page_may_have_sent_it(headers: dict[str, str]) -> None:
    assert not is_welcome("/", HOST | headers)


@pytest.mark.parametrize(
    ("path", "welcome"),
    [
        (HEALTH, True),
        (f"{ANSWERS}8f14e45f", True),
        (f"{ANSWERS}../reset", False),
        ("/_ministack/reset", False),
        ("/_localstack/health", False),
    ],
)
def test_health_and_answers_are_all_that_is_left_when_a_path_is_the_emulator_s_own(
    path: str, welcome: bool
) -> None:
    assert is_welcome(path, HOST) is welcome
