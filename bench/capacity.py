"""What DynamoDB charges for a request, in units: by the size of its items, and by their indexes.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html: a
write is charged for each begun kilobyte of the larger of the item before and after it, twice in a
transaction; an index is written, and charged, where what it holds of the item changes; a strongly
consistent read for each begun 4 kilobytes. The items are those of AWS simulated in memory (moto).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import boto3

Item = Mapping[str, Mapping[str, Any]]  # as DynamoDB's API has it
_WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
_WRITE_BYTES, _READ_BYTES = 1024, 4096


class Capacity:
    """Counts the units of requests, of tables as the template declares them.

    `changes` are the writes of tables with a stream, as far as one of the table's `patterns` lets
    them pass, if it has any. It is looking while it reads an item itself.
    """

    def __init__(
        self,
        tables: Mapping[str, Mapping[str, Any]],
        patterns: Mapping[str, Sequence[Mapping[str, Any]]],
    ) -> None:
        self.units: Counter[str] = Counter()
        self.changes = 0
        self.is_looking = False
        self._tables = tables
        self._patterns = patterns
        self._client = boto3.client("dynamodb")

    @contextmanager
    def charged(self, operation: str, request: Mapping[str, Any]) -> Iterator[None]:
        """Count what a request of an operation is charged, which is sent meanwhile."""
        if operation == "GetItem":
            found = self._item(request["TableName"], request["Key"])
            self.units["read"] += _units(found, _READ_BYTES)
            yield
            return
        actions = list(_writes(operation, request))
        before = [self._item(*place) for place in actions]
        yield
        for place, was in zip(actions, before, strict=True):
            now = self._item(*place)
            self.changes += was != now and self._is_heard(place[0], was, now)
            times = 2 if operation == "TransactWriteItems" else 1
            self.units["write"] += times * max(_units(was, _WRITE_BYTES), _units(now, _WRITE_BYTES))
            self.units["index"] += sum(
                _index_units(was, now, index, self._keys(place[0]))
                for index in self._tables[place[0]].get("GlobalSecondaryIndexes", [])
            )

    def _is_heard(self, table: str, was: Item | None, now: Item | None) -> bool:
        kind = "INSERT" if was is None else "REMOVE" if now is None else "MODIFY"
        record = {"eventName": kind, "dynamodb": {"NewImage": now or {}}}
        patterns = self._patterns.get(table, [{}])
        return "StreamSpecification" in self._tables[table] and any(
            passes(pattern, record) for pattern in patterns
        )

    def _keys(self, table: str) -> list[str]:
        return [part["AttributeName"] for part in self._tables[table]["KeySchema"]]

    def _item(self, table: str, whole: Item) -> Item | None:
        key = {name: whole[name] for name in self._keys(table)}
        self.is_looking = True
        try:
            return self._client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
        finally:
            self.is_looking = False


def passes(pattern: Any, record: Any) -> bool:
    """Whether a record passes a pattern of values, or of what has to exist.

    https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
    """
    if isinstance(pattern, Mapping):
        has = record if isinstance(record, Mapping) else {}
        return all(passes(part, has.get(name)) for name, part in pattern.items())
    return any(rule == record or (rule == {"exists": True} and record) for rule in pattern)


def item_bytes(item: Item) -> int:
    """The size of an item: its attributes' names and values."""
    return sum(len(name.encode()) + _value_bytes(value) for name, value in item.items())


def _value_bytes(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    sizes: dict[str, Callable[[], int]] = {
        "S": lambda: len(content.encode()),
        "N": lambda: (len(content.strip("-0.").replace(".", "")) + 1) // 2 + 1,
        "BOOL": lambda: 1,
        "NULL": lambda: 1,
        "M": lambda: 3 + sum(1 + len(k.encode()) + _value_bytes(v) for k, v in content.items()),
        "L": lambda: 3 + sum(1 + _value_bytes(v) for v in content),
    }
    return sizes[kind]()


def _units(item: Item | None, each: int) -> int:
    return max(1, -(-item_bytes(item) // each)) if item else 1


def _index_units(
    was: Item | None, now: Item | None, index: Mapping[str, Any], table_keys: list[str]
) -> int:
    keys = [part["AttributeName"] for part in index["KeySchema"]]
    old, new = (_projected(item, index, [*keys, *table_keys]) for item in (was, now))
    old, new = (item if item and all(key in item for key in keys) else None for item in (old, new))
    if old == new:
        return 0
    if old and new and any(old[key] != new[key] for key in keys):
        return _units(old, _WRITE_BYTES) + _units(new, _WRITE_BYTES)
    return max(_units(old, _WRITE_BYTES), _units(new, _WRITE_BYTES))


def _projected(item: Item | None, index: Mapping[str, Any], keys: list[str]) -> Item | None:
    projection = index["Projection"]
    if item is None or projection["ProjectionType"] == "ALL":
        return item
    held = {*keys, *projection.get("NonKeyAttributes", [])}
    return {name: value for name, value in item.items() if name in held}


def _writes(operation: str, request: Mapping[str, Any]) -> Iterator[tuple[str, Item]]:
    """The table and the key, or the whole item, of each write of a request; a check is one."""
    if operation in _WRITES:
        yield request["TableName"], request.get("Item") or request["Key"]
    for entry in request.get("TransactItems", []):
        for action in entry.values():
            yield action["TableName"], action.get("Item") or action["Key"]
