"""A route for IAM's callers is closed to everybody who has not signed for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from local.server import Server
from tests.answers import Answer
from tests.e2e.emulator.http_apis import BODY, Api, create_api
from tests.e2e.emulator.principals import Pool, obsolete
from tests.e2e.signing import send, signed


def of_nobody(api: Api) -> Answer:
    return send(api.url, BODY)


def of_another_scheme(api: Api) -> Answer:
    return send(api.url, BODY, {"Authorization": "Bearer me", "Content-Type": "application/json"})


def for_another_service(api: Api) -> Answer:
    return api.call(service="s3")


def in_another_region(api: Api) -> Answer:
    return api.call(region="eu-central-1")


def of_somebody_without_a_policy(api: Api) -> Answer:
    grant = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    _, held = Pool.of(api.server, [grant]).enter()
    return send(api.url, BODY, signed(api.url, BODY, held))


def with_another_body(api: Api) -> Answer:
    return send(api.url, b'{"text": "sea"}', signed(api.url, BODY, api.credentials))


REQUESTS = [
    of_nobody, of_another_scheme, for_another_service, in_another_region,
    of_somebody_without_a_policy, with_another_body,
]  # fmt: skip


@pytest.mark.parametrize("asks", REQUESTS, ids=lambda asks: asks.__name__)
def test_request_is_forbidden_when_the_patch_is_applied(
    patched: Server, asks: Callable[[Api], Answer]
) -> None:
    api, _ = create_api(patched)
    answer = asks(api)
    assert (answer.status, answer.json) == (403, {"message": "Forbidden"})


def test_whoever_signs_for_it_is_let_in_when_the_patch_is_applied(patched: Server) -> None:
    api, _ = create_api(patched)
    answer = api.call()
    assert (answer.status, answer.body) == (200, b"here")


def test_strangers_are_let_in_when_the_patch_is_missing(plain: Server) -> None:
    api, _ = create_api(plain)
    said = obsolete("http_api_callers")
    assert [of_another_scheme(api).status, for_another_service(api).status] == [200, 200], said
