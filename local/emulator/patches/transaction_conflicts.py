"""A DynamoDB transaction has its items to itself for a moment: what touches them then is refused.

AWS: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
("Transaction conflict handling"). Another transaction is cancelled with TransactionConflict, be it
of writes or of reads; a single write ends in TransactionConflictException; single reads see what
was there before. MiniStack carries out each request at once, so that no two ever overlap. Here a
transaction takes DARKROOM_TRANSACTION_MILLISECONDS, as it does on AWS; 0 is none, as without this
patch. Obsolete once two transactions that are sent at once to one item do not both succeed.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Answer = tuple[int, dict[str, str], bytes | str]
Place = tuple[str, str]  # of an item: its table, and its key as JSON
PlaceOf = Callable[[Mapping[str, Any]], Place | None]  # of what a request's action is about

_SINGLE_WRITES = ("PutItem", "UpdateItem", "DeleteItem")
_TRANSACTIONS = ("TransactWriteItems", "TransactGetItems")


def apply() -> None:
    """Refuse what touches the items of a transaction."""
    dynamodb = importlib.import_module("ministack.services.dynamodb")
    conflicts = Conflicts(int(os.environ.get("DARKROOM_TRANSACTION_MILLISECONDS", "0")) / 1000)
    answer = dynamodb.handle_request

    def place_of(action: Mapping[str, Any]) -> Place | None:
        table = dynamodb._tables.get(str(action.get("TableName", "")).rsplit("/", 1)[-1])
        return place_in(table, action) if table else None

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, *arguments: object
    ) -> Answer:
        async def carry_out() -> Answer:
            done: Answer = await answer(method, path, headers, body, *arguments)
            return done

        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        if not conflicts.seconds or operation not in (*_SINGLE_WRITES, *_TRANSACTIONS):
            return await carry_out()
        places = [place_of(action) for action in actions_of(operation, body)]
        return await conflicts.carry_out(operation, places, carry_out)

    vars(dynamodb)["handle_request"] = handle_request


def actions_of(operation: str, body: bytes) -> list[Mapping[str, Any]]:
    """What a request does, item by item; nothing of a request that is none."""
    try:
        request = json.loads(body)
        if operation in _SINGLE_WRITES:
            return [request]
        return [next(iter(entry.values())) for entry in request["TransactItems"]]
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration):
        return []


def place_in(table: Mapping[str, Any], action: Mapping[str, Any]) -> Place | None:
    """Where the item of an action is, in one of MiniStack's tables; None if its key is none."""
    given = action.get("Key") or action.get("Item") or {}
    names = [name for name in (table["pk_name"], table["sk_name"]) if name]
    if not all(name in given for name in names):
        return None
    return table["TableName"], json.dumps([given[name] for name in names], sort_keys=True)


class Conflicts:
    """The items of the transactions that are under way, each of which takes `seconds`."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._taken: set[Place] = set()

    async def carry_out(
        self, operation: str, places: Sequence[Place | None], answer: Callable[[], Any]
    ) -> Answer:
        """The answer to a request, or its refusal where one of its items is taken."""
        refused = [place in self._taken for place in places]
        if any(refused):
            await asyncio.sleep(self.seconds)
            return refusal(operation, refused)
        if operation != "TransactWriteItems":
            done: Answer = await answer()
            return done
        taken = {place for place in places if place is not None}
        self._taken |= taken
        try:
            await asyncio.sleep(self.seconds)
            done = await answer()
        finally:
            self._taken -= taken
        return done


def refusal(operation: str, refused: Sequence[bool]) -> Answer:
    """What DynamoDB answers to a request some of whose items are taken."""
    sentence = "Transaction is ongoing for the item"
    if operation in _SINGLE_WRITES:
        return _error({"__type": "TransactionConflictException", "message": sentence})
    reasons = [
        {"Code": "TransactionConflict", "Message": sentence} if taken else {"Code": "None"}
        for taken in refused
    ]
    codes = ", ".join(reason["Code"] for reason in reasons)
    return _error(
        {
            "__type": "TransactionCanceledException",
            "message": "Transaction cancelled, please refer cancellation reasons for specific "
            f"reasons [{codes}]",
            "CancellationReasons": reasons,
        }
    )


def _error(content: dict[str, Any]) -> Answer:
    body = json.dumps(content).encode()
    headers = {
        "Content-Type": "application/x-amz-json-1.0",
        "x-amzn-errortype": content["__type"],
        "x-amz-crc32": str(zlib.crc32(body)),
    }
    return 400, headers, body
