"""Counters are mended by what they differ from the ledger, whatever goes on meanwhile."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from darkroom.aws.attribute_values import to_item
from darkroom.aws.clients import dynamodb_client
from darkroom.repair.reconcile.usage import UsageRepair, counters

from tests.functional.conftest import World
from tests.functional.wire import Plan

RIGHT = {"stored_bytes": 12, "stored_objects": 2, "held_bytes": 100, "held_objects": 1}


@pytest.fixture
def repair(world: World) -> UsageRepair:
    """Of a user with two photos stored and one held, and another user's."""
    for user, name, state, size in (
        ("ann", "a.jpg", "stored", 5),
        ("ann", "b.jpg", "stored", 7),
        ("ann", "c.jpg", "held", 100),
        ("bob", "a.jpg", "stored", 1000),
    ):
        row = {"identity_id": user, "image": name, "state": state, "bytes": size}
        put(world, "LedgerTable", **row)
    put(world, "UsageTable", identity_id="ann", period="2026-11", uploaded_objects=3)
    return UsageRepair(dynamodb_client(), usage_table="UsageTable", ledger_table="LedgerTable")


def put(world: World, table: str, **values: Any) -> None:
    world.dynamodb.put_item(TableName=table, Item=to_item(values))


def count(world: World, **values: int) -> None:
    put(world, "UsageTable", identity_id="ann", period="total", **values)


def each_time(world: World, happens: Callable[[], None], times: int) -> Plan:
    """A plan: something happens right before the ledger is read, so many times."""
    seen = 0

    def plan(_: int, sent: str) -> Any:
        nonlocal seen
        if sent == "Query LedgerTable":
            seen += 1
            if seen <= times:
                happens()
        return "none"

    return plan


@pytest.mark.parametrize(
    ("counted", "drift"),
    [
        (RIGHT, {}),
        (RIGHT | {"stored_bytes": 13, "held_objects": 0}, {"stored_bytes": 1, "held_objects": -1}),
        ({"stored_bytes": 12, "stored_objects": 2}, {"held_bytes": -100, "held_objects": -1}),
    ],
)
def test_drift_is_what_counters_have_too_much_when_they_are_compared(
    world: World, repair: UsageRepair, counted: dict[str, int], drift: dict[str, int]
) -> None:
    count(world, **counted)
    assert repair.drift("ann") == drift
    assert repair.mend("ann") == drift
    assert world.usage("ann") == RIGHT
    assert repair.mend("ann") == {}


def test_counters_are_made_when_a_user_has_none(world: World, repair: UsageRepair) -> None:
    assert repair.mend("ann") == {name: -value for name, value in RIGHT.items()}
    assert world.usage("ann") == RIGHT


def test_other_counters_stay_when_some_are_mended(world: World, repair: UsageRepair) -> None:
    count(world, **RIGHT | {"stored_bytes": 13}, other=9)
    repair.mend("ann")
    assert world.usage("ann") == RIGHT | {"other": 9}


@pytest.mark.parametrize("period", ["total", "2026-11"])
def test_drift_is_known_when_nothing_changed_while_the_ledger_was_read(
    world: World, repair: UsageRepair, period: str
) -> None:
    count(world, **RIGHT | {"stored_bytes": 13})
    changes = itertools.count()

    def change() -> None:
        key = {"identity_id": "ann", "period": period}
        world.dynamodb.update_item(
            TableName="UsageTable",
            Key=to_item(key),
            UpdateExpression="SET changed = :n",
            ExpressionAttributeValues=to_item({":n": next(changes)}),
        )

    with world.wire.watch(each_time(world, change, 2)):
        assert repair.drift("ann") == {"stored_bytes": 1}
    with world.wire.watch(each_time(world, change, 3)):
        assert repair.drift("ann") is None


def test_ledger_is_read_once_when_nothing_goes_on(world: World, repair: UsageRepair) -> None:
    with world.wire.watch(lambda *_: "none"):
        repair.drift("ann")
        assert world.wire.sent.count("Query LedgerTable") == 1


def test_nothing_is_subtracted_when_it_is_too_busy_to_tell(
    world: World, repair: UsageRepair
) -> None:
    changes = itertools.count(1)
    with world.wire.watch(each_time(world, lambda: count(world, stored_bytes=next(changes)), 3)):
        assert repair.mend("ann") == {}
    assert world.usage("ann") == {"stored_bytes": 3}


@pytest.mark.parametrize("before", [RIGHT | {"stored_bytes": 13}, {"held_bytes": 100}])
def test_nothing_is_subtracted_twice_when_a_counter_changes_before_it_is_written(
    world: World, repair: UsageRepair, before: dict[str, int]
) -> None:
    count(world, **before)
    changed = before | {"stored_bytes": 20}

    def plan(_: int, sent: str) -> Any:
        if sent == "UpdateItem UsageTable":
            count(world, **changed)
        return "none"

    with world.wire.watch(plan):
        assert repair.mend("ann") == {}
    assert world.usage("ann") == changed


def test_only_storage_is_counted_when_a_row_has_more() -> None:
    row: Any = {"identity_id": "ann", "period": "total", "uploaded_bytes": 3, **RIGHT}
    assert counters(row) == RIGHT
    few: Any = {"held_bytes": 1}
    assert counters(few) == few
    assert counters(None) == {}
