"""What a queue message can do to its batch: nothing, whatever is in it."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError
from darkroom.config import ConfigError

from tests.functional.conftest import World


@pytest.mark.parametrize(
    "poison",
    [
        "this is not JSON",
        "[]",
        '{"hello": "world"}',
        '{"Records": []}',
        '{"Records": [{"eventName": "ObjectCreated:Put"}]}',
        json.dumps({"Records": [{"eventName": "ObjectTagging:Put", "s3": {"object": {}}}]}),
    ],
)
@pytest.mark.parametrize("function", ["quota", "cleanup", "notify"])
def test_only_the_poison_fails_when_it_has_neighbours(
    world: World, function: str, poison: str
) -> None:
    app = world.load(function)

    failed = world.deliver(app, world.put("ann", "a.jpg"), poison, world.put("ann", "b.jpg"))

    assert failed == [1]


@pytest.mark.parametrize("function", ["quota", "cleanup", "notify"])
def test_test_event_is_acknowledged_when_s3_sends_it(world: World, function: str) -> None:
    event = {"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "uploads"}

    assert world.deliver(world.load(function), json.dumps(event)) == []


def test_all_records_count_when_a_message_has_several(world: World) -> None:
    quota = world.load("quota")
    records = [world.put("ann", "a.jpg", b"x" * 10), world.put("bob", "b.jpg", b"x" * 20)]

    assert world.deliver(quota, records) == []

    assert world.usage("ann")["stored_bytes"] == 10
    assert world.usage("bob")["stored_bytes"] == 20


def test_image_is_found_when_its_key_has_spaces_and_letters_of_the_world(world: World) -> None:
    quota = world.load("quota")
    name = "Fotos 2026/Größe + ñandú 日本.jpg"

    world.deliver(quota, world.put("ann", name, b"x" * 10))

    image = world.image("ann", name)
    assert image is not None
    assert image["steps"]["quota"]["state"] == "done"


def test_key_is_passed_over_when_it_is_nobody_s(world: World) -> None:
    quota = world.load("quota")
    record = world.put("ann", "a.jpg")
    record["s3"]["object"]["key"] = "users/not-below-a-user"

    assert world.deliver(quota, record) == []
    assert world.usage("not-below-a-user") == {}


def test_message_is_delivered_again_when_a_service_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    quota = world.load("quota")
    created = world.put("ann", "a.jpg", b"x" * 10)
    real = quota.dynamodb.transact_write_items
    throttled = ClientError(
        {"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "slow down"}},
        "TransactWriteItems",
    )

    def fail(**_: object) -> None:
        raise throttled

    monkeypatch.setattr(quota.dynamodb, "transact_write_items", fail)
    assert world.deliver(quota, created) == [0]

    monkeypatch.setattr(quota.dynamodb, "transact_write_items", real)
    assert world.deliver(quota, created) == []
    assert world.usage("ann")["stored_bytes"] == 10


def test_usage_is_right_when_the_reply_of_a_charge_was_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    quota = world.load("quota")
    created = world.put("ann", "a.jpg", b"x" * 10)
    real = quota.dynamodb.transact_write_items

    def write_and_lose_the_reply(**request: object) -> None:
        real(**request)
        raise ConnectionResetError

    monkeypatch.setattr(quota.dynamodb, "transact_write_items", write_and_lose_the_reply)
    assert world.deliver(quota, created) == [0]

    monkeypatch.setattr(quota.dynamodb, "transact_write_items", real)
    assert world.deliver(quota, created) == []
    assert world.usage("ann")["stored_bytes"] == 10
    assert world.usage("ann", "2026-11")["uploaded_bytes"] == 10


def test_function_does_not_start_when_its_watermark_cannot_be_drawn(world: World) -> None:
    with pytest.raises(ConfigError, match="WATERMARK_TEXT has '写真', which its font lacks"):
        world.load("watermark", WATERMARK_TEXT="写真 2026")
