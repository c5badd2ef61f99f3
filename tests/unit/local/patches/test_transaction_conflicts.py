"""Which requests a transaction under way refuses, and what they are told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from typing import Any

import pytest

from local.emulator.patches.transaction_conflicts import (
    Answer,
    Conflicts,
    Place,
    actions_of,
    place_in,
)

A, B, C = ("usage", "a"), ("usage", "b"), ("usage", "c")
DONE: Answer = (200, {}, b"{}")


def beside_a_transaction(operation: str, places: Sequence[Place | None]) -> tuple[Answer, bool]:
    """The answer to a request in the middle of a transaction on A and B, and whether it ended."""
    conflicts, ended = Conflicts(0.02), []

    async def transact() -> Answer:
        ended.append(True)
        return DONE

    async def answer() -> Answer:
        return DONE

    async def both() -> tuple[Answer, bool]:
        transaction = asyncio.create_task(
            conflicts.carry_out("TransactWriteItems", [A, B], transact)
        )
        await asyncio.sleep(0)
        answered = await conflicts.carry_out(operation, places, answer)
        await transaction
        after = await conflicts.carry_out(operation, places, answer)
        assert after == DONE  # its items are free again
        return answered, bool(ended)

    return asyncio.run(both())


def error_in(answer: Answer) -> dict[str, Any]:
    status, _, body = answer
    assert status == 400
    found: dict[str, Any] = json.loads(body)
    return found


@pytest.mark.parametrize("operation", ["TransactWriteItems", "TransactGetItems"])
def test_transaction_is_cancelled_when_another_has_one_of_its_items(operation: str) -> None:
    answered, ended = beside_a_transaction(operation, [C, A])

    error = error_in(answered)
    assert error["__type"] == "TransactionCanceledException"
    assert [reason["Code"] for reason in error["CancellationReasons"]] == [
        "None",
        "TransactionConflict",
    ]
    assert ended


@pytest.mark.parametrize("operation", ["PutItem", "UpdateItem", "DeleteItem"])
def test_single_write_is_refused_when_a_transaction_has_its_item(operation: str) -> None:
    answered, _ = beside_a_transaction(operation, [B])

    assert error_in(answered)["__type"] == "TransactionConflictException"


@pytest.mark.parametrize("operation", ["TransactWriteItems", "PutItem"])
def test_request_is_carried_out_when_its_items_are_others(operation: str) -> None:
    assert beside_a_transaction(operation, [C])[0] == DONE


def test_items_are_free_when_the_transaction_breaks() -> None:
    conflicts = Conflicts(0.001)

    async def breaks() -> Answer:
        raise ConnectionAbortedError

    async def answer() -> Answer:
        return DONE

    async def both() -> Answer:
        with pytest.raises(ConnectionAbortedError):
            await conflicts.carry_out("TransactWriteItems", [A], breaks)
        return await conflicts.carry_out("PutItem", [A], answer)

    assert asyncio.run(both()) == DONE


def test_item_is_the_same_when_it_is_put_as_when_it_is_updated() -> None:
    table = {"TableName": "images", "pk_name": "who", "sk_name": "image"}
    key = {"who": {"S": "ann"}, "image": {"S": "a.jpg"}}
    body = {
        "TransactItems": [
            {"Put": {"TableName": "images", "Item": {**key, "status": {"S": "processing"}}}},
            {"Update": {"TableName": "images", "Key": dict(reversed(key.items()))}},
        ]
    }

    put, update = actions_of("TransactWriteItems", json.dumps(body).encode())

    assert place_in(table, put) == place_in(table, update)
    assert place_in(table, {"Key": {"who": {"S": "ann"}}}) is None


@pytest.mark.parametrize("body", [b"", b"[]", b'{"TransactItems": [{}]}', b'{"TransactItems": 1}'])
def test_request_has_no_actions_when_it_is_malformed(body: bytes) -> None:
    assert actions_of("TransactWriteItems", body) == []
