"""A policy on LeadingKeys, Attributes and ReturnValues decides DynamoDB requests as on AWS."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from local.server import REGION, Server
from tests.e2e.emulator.principals import client, is_refused, obsolete, role_credentials

INDEX = "newest-first"
ALICE, BOB = "alice", "bob"
OWN_PARTITION = {
    "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [ALICE]},
    "Null": {"dynamodb:LeadingKeys": "false"},
}
WRITABLE = ["identity_id", "id", "seen_at"]


class Table:
    """A table of two users' items, and Alice's client, whose policy knows her partition alone."""

    def __init__(self, server: Server) -> None:
        self.name = f"notifications-{secrets.token_hex(4)}"
        owner = client(server, "dynamodb")
        hash_key = {"AttributeName": "identity_id", "KeyType": "HASH"}
        names = ("identity_id", "id", "sent")
        owner.create_table(
            TableName=self.name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in names],
            KeySchema=[hash_key, {"AttributeName": "id", "KeyType": "RANGE"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": INDEX,
                    "KeySchema": [hash_key, {"AttributeName": "sent", "KeyType": "RANGE"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
        for whose in (ALICE, BOB):
            content = {"sent": {"S": "2026"}, "text": {"S": "done"}}
            owner.put_item(TableName=self.name, Item={**key(whose), **content})
        self.alice = client(server, "dynamodb", role_credentials(server, self._statements()))

    def _statements(self) -> list[dict[str, Any]]:
        arn = f"arn:aws:dynamodb:{REGION}:*:table/{self.name}"
        reading = {
            "Effect": "Allow",
            "Action": [
                "dynamodb:GetItem",
                "dynamodb:BatchGetItem",
                "dynamodb:Query",
                "dynamodb:Scan",  # granted, so that it is the condition which stops it
                "dynamodb:BatchWriteItem",
                "dynamodb:DeleteItem",
                "dynamodb:PartiQLSelect",
            ],
            "Resource": [arn, f"{arn}/index/*"],
            "Condition": OWN_PARTITION,
        }
        updating = {
            "Effect": "Allow",
            "Action": "dynamodb:UpdateItem",
            "Resource": arn,
            "Condition": {
                "ForAllValues:StringEquals": {
                    "dynamodb:LeadingKeys": [ALICE],
                    "dynamodb:Attributes": WRITABLE,
                },
                "Null": {"dynamodb:LeadingKeys": "false", "dynamodb:Attributes": "false"},
                "StringEqualsIfExists": {
                    "dynamodb:ReturnValues": ["NONE", "UPDATED_OLD", "UPDATED_NEW"]
                },
            },
        }
        return [reading, updating]


@pytest.fixture(scope="module")
def table(patched: Server) -> Table:
    return Table(patched)


@pytest.fixture(scope="module")
def unpatched_table(plain: Server) -> Table:
    return Table(plain)


def key(whose: str, sort: str = "1") -> dict[str, Any]:
    return {"identity_id": {"S": whose}, "id": {"S": sort}}


def get_item(table: Table, whose: str) -> Any:
    return table.alice.get_item(TableName=table.name, Key=key(whose))


def query(table: Table, whose: str) -> Any:
    return table.alice.query(
        TableName=table.name,
        KeyConditionExpression="identity_id = :me",
        ExpressionAttributeValues={":me": {"S": whose}},
    )


def query_index_by_placeholders(table: Table, whose: str) -> Any:
    return table.alice.query(
        TableName=table.name,
        IndexName=INDEX,
        KeyConditionExpression="#sent > :sent AND (#who = :me)",
        ExpressionAttributeNames={"#sent": "sent", "#who": "identity_id"},
        ExpressionAttributeValues={":me": {"S": whose}, ":sent": {"S": "2000"}},
    )


def query_the_old_way(table: Table, whose: str) -> Any:
    condition = {"AttributeValueList": [{"S": whose}], "ComparisonOperator": "EQ"}
    return table.alice.query(TableName=table.name, KeyConditions={"identity_id": condition})


def batch_get(table: Table, whose: str) -> Any:
    keys = [key(ALICE), key(whose, "2")]
    return table.alice.batch_get_item(RequestItems={table.name: {"Keys": keys}})


def batch_put(table: Table, whose: str) -> Any:
    writes = [{"PutRequest": {"Item": item}} for item in (key(ALICE, "3"), key(whose, "4"))]
    return table.alice.batch_write_item(RequestItems={table.name: writes})


def batch_delete(table: Table, whose: str) -> Any:
    writes = [{"DeleteRequest": {"Key": item}} for item in (key(ALICE, "3"), key(whose, "4"))]
    return table.alice.batch_write_item(RequestItems={table.name: writes})


def transact_get(table: Table, whose: str) -> Any:
    keys = (key(ALICE), key(whose, "2"))
    items = [{"Get": {"TableName": table.name, "Key": each}} for each in keys]
    return table.alice.transact_get_items(TransactItems=items)


def transact_delete(table: Table, whose: str) -> Any:
    keys = (key(ALICE, "3"), key(whose, "4"))
    items = [{"Delete": {"TableName": table.name, "Key": each}} for each in keys]
    return table.alice.transact_write_items(TransactItems=items)


def see(table: Table, whose: str, update: str = "SET seen_at = :now", **options: Any) -> Any:
    return table.alice.update_item(
        TableName=table.name,
        Key=key(whose),
        UpdateExpression=update,
        ExpressionAttributeValues={":now": {"S": "2026"}},
        **options,
    )


WAYS = pytest.mark.parametrize(
    "call",
    [
        get_item,
        query,
        query_index_by_placeholders,
        query_the_old_way,
        batch_get,
        batch_put,
        batch_delete,
        transact_get,
        transact_delete,
        see,
    ],
)
Call = Callable[[Table, str], Any]


@WAYS
def test_call_succeeds_when_every_item_is_the_callers_own(table: Table, call: Call) -> None:
    assert not is_refused(lambda: call(table, ALICE))


@WAYS
def test_call_is_refused_when_any_item_is_anothers(table: Table, call: Call) -> None:
    assert is_refused(lambda: call(table, BOB))


@WAYS
def test_owner_is_refused_or_another_let_in_when_the_patch_is_missing(
    unpatched_table: Table, call: Call
) -> None:
    gap = is_refused(lambda: call(unpatched_table, ALICE)) or not is_refused(
        lambda: call(unpatched_table, BOB)
    )
    assert gap, obsolete("dynamodb_condition_keys")


def test_update_is_refused_when_it_names_another_attribute(table: Table) -> None:
    change, names = "SET seen_at = :now, #t = :now", {"#t": "text"}
    assert is_refused(lambda: see(table, ALICE, change, ExpressionAttributeNames=names))


def test_update_is_refused_when_it_removes_another_attribute(table: Table) -> None:
    change = "SET seen_at = if_not_exists(seen_at, :now) REMOVE text"
    assert is_refused(lambda: see(table, ALICE, change))


def test_update_is_refused_when_its_condition_probes_another_attribute(table: Table) -> None:
    condition = "attribute_exists(text)"
    assert is_refused(lambda: see(table, ALICE, ConditionExpression=condition))


def test_update_is_refused_when_it_asks_for_the_whole_item(table: Table) -> None:
    assert is_refused(lambda: see(table, ALICE, ReturnValues="ALL_NEW"))


def test_update_succeeds_when_its_functions_name_writable_attributes_alone(table: Table) -> None:
    see(table, ALICE)  # so that there is an attribute whose size the condition asks for
    table.alice.update_item(
        TableName=table.name,
        Key=key(ALICE),
        UpdateExpression="SET #seen = if_not_exists(#seen, :now)",
        ConditionExpression="attribute_exists(identity_id) AND size(seen_at) < :many",
        ExpressionAttributeNames={"#seen": "seen_at"},
        ExpressionAttributeValues={":now": {"S": "2026"}, ":many": {"N": "100"}},
        ReturnValues="UPDATED_NEW",
    )


def test_scan_is_refused_when_the_partition_must_be_known(table: Table) -> None:
    assert is_refused(lambda: table.alice.scan(TableName=table.name))


def test_partiql_is_refused_when_the_partition_must_be_known(table: Table) -> None:
    statement = f"SELECT * FROM \"{table.name}\" WHERE identity_id = '{ALICE}'"
    assert is_refused(lambda: table.alice.execute_statement(Statement=statement))


def test_put_item_is_refused_when_only_updates_are_granted(table: Table) -> None:
    assert is_refused(lambda: table.alice.put_item(TableName=table.name, Item=key(ALICE)))
