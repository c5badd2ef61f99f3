from __future__ import annotations

import json
from typing import Any

import pytest

from local.emulator.patches.dynamodb_condition_keys import (
    UNDECIDED,
    batch_projection,
    condition_keys,
)

ME = {"S": "alice"}
OTHER = {"S": "bob"}


def partition_key_of(table: str, index: str | None) -> str | None:
    names = {"images": "identity_id", "ids": "id"}
    return "camera" if index == "by-camera" else names.get(table)


def found(**request: Any) -> dict[str, Any]:
    return dict(condition_keys({"TableName": "images", **request}, partition_key_of))


def leading_keys(**request: Any) -> Any:
    return found(**request).get("dynamodb:LeadingKeys")


def attributes(**request: Any) -> set[str]:
    return set(found(**request).get("dynamodb:Attributes", []))


def test_leading_key_is_the_items_when_it_is_written_or_read() -> None:
    assert leading_keys(Key={"identity_id": ME, "image": OTHER}) == ["alice"]
    assert leading_keys(Item={"identity_id": ME, "image": OTHER}) == ["alice"]


def test_leading_keys_are_all_of_them_when_a_request_names_key_and_item() -> None:
    assert leading_keys(Key={"identity_id": ME}, Item={"identity_id": OTHER}) == ["alice", "bob"]


@pytest.mark.parametrize(
    "expression",
    [
        "identity_id = :me",
        "#who = :me",
        "( #who = :me ) AND image > :from",
        ":from < image AND #who=:me",
    ],
)
def test_leading_key_is_the_queried_one_when_it_is_written_in_any_way(expression: str) -> None:
    assert leading_keys(
        KeyConditionExpression=expression,
        ExpressionAttributeNames={"#who": "identity_id"},
        ExpressionAttributeValues={":me": ME, ":from": OTHER},
    ) == ["alice"]


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "image = :me",
        "identity_id > :me",
        "identity_id",
        "identity_id = :missing",
        "identity_id = :me OR identity_id = :me",
        "NOT identity_id = :me",
        ":me = identity_id",
        "begins_with(identity_id, :me)",
        "#unknown = :me",
    ],
)
def test_leading_key_is_undecided_when_a_query_does_not_tell_it(expression: str) -> None:
    keys = leading_keys(
        KeyConditionExpression=expression, ExpressionAttributeValues={":me": ME, ":you": OTHER}
    )
    assert UNDECIDED in keys


def test_both_leading_keys_are_told_when_a_query_names_two() -> None:
    keys = leading_keys(
        KeyConditionExpression="identity_id = :me AND identity_id = :you",
        ExpressionAttributeValues={":me": ME, ":you": OTHER},
    )
    assert keys == ["alice", "bob"]


def test_leading_key_is_the_indexs_when_an_index_is_queried() -> None:
    assert leading_keys(
        IndexName="by-camera",
        KeyConditionExpression="camera = :me",
        ExpressionAttributeValues={":me": OTHER},
    ) == ["bob"]


def test_leading_key_is_known_when_a_query_is_written_the_old_way() -> None:
    equal = {"AttributeValueList": [ME], "ComparisonOperator": "EQ"}
    assert leading_keys(KeyConditions={"identity_id": equal}) == ["alice"]
    assert leading_keys(KeyConditions={"image": equal}) == [UNDECIDED]
    more = {**equal, "ComparisonOperator": "GT"}
    assert leading_keys(KeyConditions={"identity_id": more}) == [UNDECIDED]


@pytest.mark.parametrize(
    "key", [{}, {"identity_id": None}, {"identity_id": {"S": ""}}, {"identity_id": {"L": []}}, 5]
)
def test_leading_key_is_undecided_when_the_key_is_malformed(key: Any) -> None:
    assert leading_keys(Key=key) == [UNDECIDED]


def test_leading_key_is_undecided_when_the_table_is_unknown() -> None:
    assert leading_keys(TableName="nothing", Key={"identity_id": ME}) == [UNDECIDED]


def test_batch_has_the_leading_keys_of_every_table() -> None:
    request = {
        "RequestItems": {
            "images": [
                {"PutRequest": {"Item": {"identity_id": ME}}},
                {"DeleteRequest": {"Key": {"identity_id": OTHER}}},
            ],
            "ids": {"Keys": [{"id": {"N": "7"}}]},
        }
    }
    assert condition_keys(request, partition_key_of)["dynamodb:LeadingKeys"] == [
        "alice",
        "bob",
        "7",
    ]


def test_transaction_has_the_leading_keys_of_every_item() -> None:
    request = {
        "TransactItems": [
            {"Update": {"TableName": "images", "Key": {"identity_id": ME}}},
            {"ConditionCheck": {"TableName": "ids", "Key": {"id": OTHER}}},
        ]
    }
    assert condition_keys(request, partition_key_of)["dynamodb:LeadingKeys"] == ["alice", "bob"]


@pytest.mark.parametrize("name", ["Statement", "Statements", "TransactStatements"])
def test_leading_key_is_undecided_when_the_request_is_partiql(name: str) -> None:
    assert condition_keys({name: "SELECT …"}, partition_key_of) == {
        "dynamodb:LeadingKeys": [UNDECIDED]
    }


def test_leading_key_is_undecided_when_the_body_is_not_an_object() -> None:
    assert condition_keys([], partition_key_of) == {"dynamodb:LeadingKeys": [UNDECIDED]}


def test_scan_has_no_leading_key() -> None:
    assert found() == {}


def test_attributes_are_every_top_level_name_when_an_item_is_updated() -> None:
    names = attributes(
        Key={"identity_id": ME, "image": ME},
        UpdateExpression="SET a = if_not_exists(b.c[0].d, :v), #e.#f = list_append(#e.g, :v) "
        "REMOVE h[1], i ADD j :v DELETE k :v",
        ConditionExpression="attribute_exists(l) AND NOT (m IN (:v) OR size(n)<>:v)",
        ExpressionAttributeNames={"#e": "steps", "#f": "thumbnail"},
    )
    assert names == {"identity_id", "image", "steps", *"abhijklmn"}


def test_attributes_are_told_when_an_update_is_written_the_old_way() -> None:
    names = attributes(AttributeUpdates={"a": {}}, Expected={"b": {}}, Key={"identity_id": ME})
    assert names == {"identity_id", "a", "b"}


def test_attribute_is_undecided_when_its_placeholder_is_unknown() -> None:
    assert attributes(UpdateExpression="SET #a = :v") == {UNDECIDED}


def test_attribute_hidden_after_an_operator_is_seen() -> None:
    assert attributes(UpdateExpression="SET a=b-c+:v,d=:v") == set("abcd")


def test_return_values_are_told_only_when_the_request_has_them() -> None:
    key = {"identity_id": ME}
    assert "dynamodb:ReturnValues" not in found(Key=key)
    assert found(Key=key, ReturnValues="ALL_OLD")["dynamodb:ReturnValues"] == "ALL_OLD"


def projected(request: bytes) -> dict[str, Any]:
    """What the emulator tells of a request for one item."""
    names = json.loads(request).get("ProjectionExpression", "")
    return {"dynamodb:Attributes": names.split(", ")} if names else {}


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        (
            {"a": {"Keys": [], "ProjectionExpression": "x, y"}},
            {"dynamodb:Select": "SPECIFIC_ATTRIBUTES", "dynamodb:Attributes": ["x", "y"]},
        ),
        ({"a": {"Keys": []}}, {"dynamodb:Select": "ALL_ATTRIBUTES"}),
        (
            {"a": {"Keys": [], "ProjectionExpression": "x"}, "b": {"Keys": []}},
            {"dynamodb:Select": "ALL_ATTRIBUTES", "dynamodb:Attributes": ["x"]},
        ),
        ({"a": [{"PutRequest": {"Item": {}}}]}, {}),
        (None, {}),
    ],
)
def test_batch_reads_what_all_of_its_tables_project(tables: Any, told: dict[str, Any]) -> None:
    assert batch_projection({"RequestItems": tables}, projected) == told
