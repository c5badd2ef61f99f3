"""Two transactions on one item at once: the later is refused, as is a single write meanwhile."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.server import Server
from tests.e2e.emulator.principals import client, obsolete

WRITERS = 8
KEY = {"id": {"S": "counter"}}


@pytest.fixture(scope="module")
def slow() -> Iterator[Server]:
    """Transactions take so long that those sent at once overlap, on a busy machine too."""
    with Server("test-transactions", transaction_milliseconds=2000) as server:
        yield server


class Counter:
    """An item of a new table, and what adds one to it."""

    def __init__(self, server: Server) -> None:
        self.client, self.table = client(server, "dynamodb"), f"usage-{secrets.token_hex(4)}"
        self.client.create_table(
            TableName=self.table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        self._add = {
            "TableName": self.table,
            "Key": KEY,
            "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}},
        }

    def transact(self) -> None:
        self.client.transact_write_items(TransactItems=[{"Update": self._add}])

    def write(self) -> None:
        self.client.update_item(**self._add)

    def read(self) -> dict[str, Any]:
        item: dict[str, Any] = self.client.get_item(TableName=self.table, Key=KEY).get("Item", {})
        return item

    def at_once(self) -> list[str]:
        """What transactions that are sent at once end in: an error's codes, or `done`."""
        start = threading.Barrier(WRITERS)

        def one(_: int) -> str:
            start.wait()
            return ended(self.transact)

        with ThreadPoolExecutor(WRITERS) as pool:
            return list(pool.map(one, range(WRITERS)))


def ended(send: Any) -> str:
    try:
        send()
    except ClientError as error:
        reasons: Any = error.response.get("CancellationReasons", [])
        return " ".join([error.response["Error"]["Code"], *(reason["Code"] for reason in reasons)])
    return "done"


def test_only_one_transaction_succeeds_when_several_write_an_item_at_once(slow: Server) -> None:
    counter = Counter(slow)

    assert sorted(counter.at_once()) == [
        *["TransactionCanceledException TransactionConflict"] * (WRITERS - 1),
        "done",
    ]
    assert counter.read()["n"] == {"N": "1"}


def test_single_write_is_refused_when_a_transaction_has_its_item(slow: Server) -> None:
    counter, outcomes = Counter(slow), list[str]()
    with ThreadPoolExecutor(1) as pool:
        transaction = pool.submit(counter.transact)
        while not transaction.done():
            outcomes.append(ended(counter.write))
        transaction.result()

    assert "TransactionConflictException" in outcomes
    assert counter.read()["n"]["N"] == str(outcomes.count("done") + 1)


def test_reads_see_what_was_before_when_a_transaction_is_under_way(slow: Server) -> None:
    counter, seen = Counter(slow), list[dict[str, Any]]()
    with ThreadPoolExecutor(1) as pool:
        transaction = pool.submit(counter.transact)
        while not transaction.done():
            seen.append(counter.read())
        transaction.result()

    assert seen.count({}) > 1
    assert counter.read()["n"]["N"] == "1"


def test_all_transactions_succeed_when_the_patch_is_missing(plain: Server) -> None:
    assert Counter(plain).at_once() == ["done"] * WRITERS, obsolete("transaction_conflicts")
