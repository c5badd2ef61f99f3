"""DynamoDB in plain values: tables, writes with conditions, transactions.

An expression of DynamoDB's names attributes and values by placeholders, which are made up here:
`table.update(key).set(status="failed").remove("reason").when(version="0066").write()` sends
`SET #n0 = :v0 REMOVE #n1` on the condition `#n2 = :v1`.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, TypeVar, cast

from darkroom.aws.attribute_values import from_item, to_item
from darkroom.aws.errors import aws_errors
from darkroom.errors import TransientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ATTEMPTS = 8

Item = TypeVar("Item")
Answer = TypeVar("Answer")
Key = Mapping[str, str]
Path = str | tuple[str, ...]  # an attribute, or a place within maps
Condition = Callable[["_Expressions"], str]
Operator = Literal["=", "<", "<=", ">", ">="]


def compare(path: Path, operator: Operator, value: Any) -> Condition:
    """The condition that an attribute compares with a value in this way."""
    return lambda use: f"{use.path(path)} {operator} {use.value(value)}"


def absent(path: Path) -> Condition:
    """The condition that there is no such attribute, or no item at all."""
    return lambda use: f"attribute_not_exists({use.path(path)})"


def present(path: Path) -> Condition:
    """The condition that there is such an attribute, whatever its value."""
    return lambda use: f"attribute_exists({use.path(path)})"


def fewer(path: Path, than: int) -> Condition:
    """The condition that a map, list or set, which has to be there, has fewer entries than this."""
    return lambda use: f"size({use.path(path)}) < {use.value(than)}"


def every(*conditions: Condition, **equal: Any) -> Condition:
    """The condition that all of these hold, and that these attributes have these values."""
    equals = [compare(name, "=", value) for name, value in equal.items()]
    return lambda use: " AND ".join(part(use) for part in (*equals, *conditions))


def either(*conditions: Condition) -> Condition:
    """The condition that one of these holds."""
    return lambda use: f"({' OR '.join(f'({part(use)})' for part in conditions)})"


class _Expressions:
    """The placeholders of one request's expressions."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._values: dict[str, Any] = {}

    def path(self, path: Path) -> str:
        parts = (path,) if isinstance(path, str) else path
        return ".".join(self._names.setdefault(part, f"#n{len(self._names)}") for part in parts)

    def value(self, value: Any) -> str:
        name = f":v{len(self._values)}"
        self._values[name] = value
        return name

    def request(self) -> dict[str, Any]:
        """The fields of a request that say what the placeholders stand for."""
        fields: dict[str, Any] = {}
        if self._names:
            fields["ExpressionAttributeNames"] = {to: name for name, to in self._names.items()}
        if self._values:
            fields["ExpressionAttributeValues"] = to_item(self._values)
        return fields


class Write:
    """One write of one item: sent by `write`, or together with others by `transact`."""

    def __init__(self, client: DynamoDBClient, operation: str, target: Mapping[str, Any]) -> None:
        self._client = client
        self._operation = operation
        self._target = target
        self._use = _Expressions()
        self._conditions: list[str] = []

    def when(self, *conditions: Condition, **equal: Any) -> Self:
        """This write, if the item is as all of these ask; if they are none, whatever it is."""
        if conditions or equal:
            self._conditions.append(every(*conditions, **equal)(self._use))
        return self

    def write(self) -> None:
        """Send it.

        Raises:
            ConditionFailed: the item is not as `when` asks.
            ItemBusy: transactions had the item all the time.
        """
        self._send()

    def entry(self) -> dict[str, Any]:
        """What a transaction holds of it."""
        return {self._operation: self._request()}

    def _request(self) -> dict[str, Any]:
        request = {**self._target, **self._use.request()}
        if self._conditions:
            request["ConditionExpression"] = " AND ".join(self._conditions)
        return request

    def _send(self, **options: Any) -> Any:
        send = getattr(self._client, f"{self._operation.lower()}_item")
        request = self._request()
        return _once_free(lambda: send(**request, **options))


class Update(Write, Generic[Item]):
    """Changes of some attributes of an item, which is made if there is none."""

    def __init__(self, client: DynamoDBClient, target: Mapping[str, Any]) -> None:
        super().__init__(client, "Update", target)
        self._clauses: dict[str, list[str]] = {}

    def set(self, **values: Any) -> Self:
        """This update, which also gives attributes these values."""
        for name, value in values.items():
            self.set_at(name, value)
        return self

    def set_at(self, path: Path, value: Any) -> Self:
        """This update, which also sets the value at a place within maps."""
        return self._change("SET", f"{self._use.path(path)} = {self._use.value(value)}")

    def add(self, amounts: Mapping[str, int]) -> Self:
        """This update, which also adds amounts to numbers; none counts as 0."""
        for name, amount in amounts.items():
            self._change("ADD", f"{self._use.path(name)} {self._use.value(amount)}")
        return self

    def remove(self, *paths: Path) -> Self:
        """This update, which also removes attributes; none is removed as well."""
        for path in paths:
            self._change("REMOVE", self._use.path(path))
        return self

    def read(self) -> Item:
        """Send it; the item as it is then.

        Raises:
            ConditionFailed: the item is not as `when` asks.
            ItemBusy: transactions had the item all the time.
        """
        return cast(Item, from_item(self._send(ReturnValues="ALL_NEW")["Attributes"]))

    def _change(self, clause: str, what: str) -> Self:
        self._clauses.setdefault(clause, []).append(what)
        return self

    def _request(self) -> dict[str, Any]:
        changes = (f"{clause} {', '.join(parts)}" for clause, parts in self._clauses.items())
        return {**super()._request(), "UpdateExpression": " ".join(changes)}


class Table(Generic[Item]):
    """One table of items that have the same shape. All reads of it are strongly consistent."""

    def __init__(self, client: DynamoDBClient, name: str) -> None:
        self._client = client
        self._name = name

    def get(self, key: Key, *, only: Sequence[str] = ()) -> Item | None:
        """The item at a key; None where there is none. With `only`, it has no other attributes."""
        with aws_errors():
            response = self._client.get_item(
                TableName=self._name, Key=to_item(key), ConsistentRead=True, **_projected(only)
            )
        return cast(Item, from_item(response["Item"])) if "Item" in response else None

    def get_some(self, keys: Sequence[Key], *, only: Sequence[str] = ()) -> list[Item]:
        """Items at up to 100 keys, in any order: one that is busy may be left out.

        With `only`, they have no other attributes.
        """
        wanted: Any = {"Keys": [to_item(key) for key in keys], "ConsistentRead": True}
        wanted |= _projected(only)
        with aws_errors():
            response = self._client.batch_get_item(RequestItems={self._name: wanted})
        return [cast(Item, from_item(item)) for item in response["Responses"].get(self._name, [])]

    def put(self, item: Item) -> Write:
        """The write that puts an item, instead of any that is at its key."""
        plain = cast(Mapping[str, Any], item)
        return Write(self._client, "Put", {"TableName": self._name, "Item": to_item(plain)})

    def delete(self, key: Key) -> Write:
        """The write that deletes the item at a key; where there is none it does no harm."""
        return Write(self._client, "Delete", self._at(key))

    def update(self, key: Key) -> Update[Item]:
        """An update of the item at a key, which changes nothing yet."""
        return Update(self._client, self._at(key))

    def check(self, key: Key) -> Write:
        """The part of a transaction that changes nothing, and only asks."""
        return Write(self._client, "ConditionCheck", self._at(key))

    def query(
        self,
        *conditions: Condition,
        index: str | None = None,
        only: Condition | None = None,
        **equal: Any,
    ) -> Iterator[Item]:
        """The items whose key is as asked, in the order of their sort key, page by page.

        `only` leaves items out that were read. An `index` may be a little behind.
        """
        options: dict[str, Any] = {"IndexName": index} if index else {"ConsistentRead": True}
        request = self._query(every(*conditions, **equal), only)
        pages = self._client.get_paginator("query").paginate(**request, **options)
        with aws_errors():
            for page in pages:
                yield from (cast(Item, from_item(item)) for item in page["Items"])

    def page(self, at_most: int, *conditions: Condition, **equal: Any) -> tuple[list[Item], bool]:
        """The first items that `query` has, and whether there are more."""
        request = self._query(every(*conditions, **equal), None)
        with aws_errors():
            response = self._client.query(**request, Limit=at_most, ConsistentRead=True)
        items = [cast(Item, from_item(item)) for item in response["Items"]]
        return items, "LastEvaluatedKey" in response

    def scan(self, at_most: int, after: Key | None) -> tuple[list[Item], Key | None]:
        """The items behind a key in the table's own order, and the last one's key.

        None is the key before the first item, and of the last one at the table's end.
        """
        start = {"ExclusiveStartKey": to_item(after)} if after else {}
        with aws_errors():
            response = self._client.scan(
                TableName=self._name,
                Limit=at_most,
                ConsistentRead=True,
                **start,  # type: ignore[arg-type]  # a TypedDict cannot be unpacked in part
            )
        items = [cast(Item, from_item(item)) for item in response["Items"]]
        last = response.get("LastEvaluatedKey")
        return items, from_item(last) if last else None

    def _at(self, key: Key) -> dict[str, Any]:
        return {"TableName": self._name, "Key": to_item(key)}

    def _query(self, condition: Condition, only: Condition | None) -> dict[str, Any]:
        use = _Expressions()
        request = {"TableName": self._name, "KeyConditionExpression": condition(use)}
        if only is not None:
            request["FilterExpression"] = only(use)
        return {**request, **use.request()}


def _projected(names: Sequence[str]) -> dict[str, Any]:
    """The fields of a request that say which attributes it reads; none, if it reads all."""
    if not names:
        return {}
    use = _Expressions()
    return {"ProjectionExpression": ", ".join(map(use.path, names)), **use.request()}


def transact(client: DynamoDBClient, writes: Sequence[Write]) -> None:
    """Send all of `writes` or none; wait out other transactions on the same items.

    Raises:
        ConditionFailed: a condition of one of them did not hold.
        TransientError: the items stayed busy.
    """
    entries: Any = [write.entry() for write in writes]
    _once_free(lambda: client.transact_write_items(TransactItems=entries))


def _once_free(send: Callable[[], Answer]) -> Answer:
    """What `send` returns, once no transaction has its items: the SDK does not repeat those.

    What DynamoDB refuses for that reason it has not carried out, so it may be sent again.
    """
    for attempt in range(_ATTEMPTS - 1):
        try:
            with aws_errors():
                return send()
        except TransientError:
            # Full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter").
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311  # not a secret
    with aws_errors():
        return send()
