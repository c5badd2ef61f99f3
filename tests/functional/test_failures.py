"""An operator can see why a message failed, attempt by attempt, whatever function it was."""

from __future__ import annotations

from typing import Any

import pytest
from darkroom.aws.clients import dynamodb_client
from darkroom.repair.failures import Failures

from tests.functional.conftest import World

FUNCTIONS = ["thumbnail", "watermark", "transcode", "metadata", "quota", "notify", "cleanup"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_error_is_noted_under_the_message_when_a_function_fails(
    world: World, function: str
) -> None:
    app = world.load(function)

    assert world.deliver(app, "this is not JSON") == [0]

    failure = Failures(dynamodb_client(), "IdempotencyTable").read("0")
    assert failure is not None
    assert failure.error == "MalformedMessage: The message is not JSON."
    assert (failure.attempts, failure.request_id) == (1, "request")


def test_message_still_fails_with_its_own_error_when_the_note_cannot_be_written(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = world.load("cleanup", IDEMPOTENCY_TABLE="no-such-table")

    assert world.deliver(app, "this is not JSON") == [0]


def test_nothing_is_noted_when_a_message_succeeds(world: World) -> None:
    app = world.load("cleanup")
    record: dict[str, Any] = world.put("ann", "a.jpg")

    assert world.deliver(app, record) == []

    assert Failures(dynamodb_client(), "IdempotencyTable").read("0") is None
