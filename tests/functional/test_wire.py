"""A fault on the wire is what it is called: these tests stand behind those that use it."""

from __future__ import annotations

from contextlib import suppress

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from darkroom.aws.clients import dynamodb_client, s3_client

from tests.functional.conftest import PROCESSED, World
from tests.functional.wire import Fault, Killed


@pytest.mark.parametrize(
    ("fault", "takes_effect"),
    [
        ("none", True),
        ("reply lost", True),
        ("killed after", True),
        ("killed before", False),
        ("unreachable", False),
        ("throttled", False),
        ("refused", False),
    ],
)
def test_request_takes_effect_when_its_fault_comes_after(
    world: World, fault: Fault, takes_effect: bool
) -> None:
    world.monkeypatch.setattr("time.sleep", lambda _: None)
    s3, dynamodb = s3_client(), dynamodb_client()

    with world.wire.watch(lambda *_: fault):
        with suppress(Killed, BotoCoreError, ClientError):
            dynamodb.put_item(TableName="IdempotencyTable", Item={"id": {"S": "one"}})
        if fault != "refused":  # which is DynamoDB's word alone
            with suppress(Killed, BotoCoreError, ClientError):
                s3.put_object(Bucket=PROCESSED, Key="one", Body=b"")

    assert (world.item("IdempotencyTable", id="one") is not None) == takes_effect
    assert (world.outputs() == {"one"}) == takes_effect
