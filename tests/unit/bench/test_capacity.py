"""What DynamoDB charges for a request, by the size of its items and their indexes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from bench.capacity import Capacity, item_bytes

INDEX = {
    "IndexName": "by-day",
    "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}],
    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]},
}
TABLE: dict[str, Any] = {
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("id", "day")
    ],
    "GlobalSecondaryIndexes": [INDEX],
    "BillingMode": "PAY_PER_REQUEST",
}
KEY = {"id": {"S": "a"}}


@pytest.fixture
def capacity(monkeypatch: pytest.MonkeyPatch) -> Iterator[Capacity]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "none")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        boto3.client("dynamodb").create_table(TableName="photos", **TABLE)
        yield Capacity({"photos": TABLE}, {})


def send(capacity: Capacity, operation: str, **request: Any) -> dict[str, int]:
    """The units of a request."""
    before = dict(capacity.units)
    with capacity.charged(operation, request):
        method = {"PutItem": "put_item", "UpdateItem": "update_item", "GetItem": "get_item",
                  "TransactWriteItems": "transact_write_items"}[operation]  # fmt: skip
        getattr(boto3.client("dynamodb"), method)(**request)
    return {name: capacity.units[name] - before.get(name, 0) for name in capacity.units}


def photo(size: int, **attributes: str) -> dict[str, Any]:
    item = {"id": {"S": "a"}, "body": {"S": "x" * (size - 7)}}
    return item | {name: {"S": value} for name, value in attributes.items()}


def test_item_is_as_large_as_its_names_and_values_when_it_is_measured() -> None:
    item: Any = {"id": {"S": "ä"}, "n": {"N": "1234"}, "m": {"M": {"k": {"BOOL": True}}}}

    assert item_bytes(item) == (2 + 2) + (1 + 3) + (1 + 3 + 1 + 1 + 1)


def test_write_is_charged_by_the_larger_of_both_items_when_an_item_shrinks(
    capacity: Capacity,
) -> None:
    assert send(capacity, "PutItem", TableName="photos", Item=photo(2049))["write"] == 3
    assert send(capacity, "PutItem", TableName="photos", Item=photo(10))["write"] == 3
    assert send(capacity, "PutItem", TableName="photos", Item=photo(1024))["write"] == 1


def test_write_is_charged_twice_when_it_is_in_a_transaction(capacity: Capacity) -> None:
    actions = [
        {"Put": {"TableName": "photos", "Item": photo(1500)}},
        {
            "ConditionCheck": {
                "TableName": "photos",
                "Key": {"id": {"S": "b"}},
                "ConditionExpression": "attribute_not_exists(id)",
            }
        },
    ]

    assert send(capacity, "TransactWriteItems", TransactItems=actions)["write"] == 2 * 2 + 2


@pytest.mark.parametrize(
    ("changes", "units"),
    [({}, 0), ({"title": "new"}, 1), ({"day": "tomorrow"}, 2)],
)
def test_index_is_charged_when_what_it_holds_changes(
    capacity: Capacity, changes: dict[str, str], units: int
) -> None:
    before = {"title": "old", "day": "today"}
    assert send(capacity, "PutItem", TableName="photos", Item=photo(3000, **before))["index"] == 1
    after = photo(4000, **(before | changes))

    assert send(capacity, "PutItem", TableName="photos", Item=after)["index"] == units


def test_index_is_not_charged_when_the_item_is_not_in_it(capacity: Capacity) -> None:
    assert send(capacity, "PutItem", TableName="photos", Item=photo(3000))["index"] == 0


def test_read_is_charged_by_four_kilobytes_when_it_is_consistent(capacity: Capacity) -> None:
    send(capacity, "PutItem", TableName="photos", Item=photo(4097))

    assert send(capacity, "GetItem", TableName="photos", Key=KEY)["read"] == 2


def test_change_counts_when_a_function_hears_of_it(capacity: Capacity) -> None:
    """Of a table with patterns only what passes one of them is heard."""
    stream = {**TABLE, "StreamSpecification": {"StreamViewType": "NEW_IMAGE"}}
    patterns: list[dict[str, Any]] = [
        {"eventName": ["INSERT"]},
        {"dynamodb": {"NewImage": {"seen_at": {"S": [{"exists": True}]}}}},
    ]
    heard = Capacity({"photos": stream}, {"photos": patterns})

    for item in (photo(10), photo(20), photo(30, seen_at="now"), photo(30, seen_at="now")):
        send(heard, "PutItem", TableName="photos", Item=item)

    assert heard.changes == 2  # it was made, and seen; once it was the same
