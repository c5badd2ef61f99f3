"""IAM judges a DynamoDB request by its items: LeadingKeys, Attributes and ReturnValues.

AWS: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
Every operation in a request counts, so a transaction or batch is judged by all its items at once.
A key or attribute that cannot be told for sure is UNDECIDED, which no user's identity equals.
MiniStack knows of Attributes only what a projection names, not of a batch, and nothing of the other
two. Obsolete once a policy with these keys decides every request that the test makes as AWS does.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

UNDECIDED = "(undecided)"

# The partition key's name of a table, or of its index; None where there is no such table.
PartitionKeyOf = Callable[[str, str | None], str | None]

_EXPRESSIONS = ("UpdateExpression", "ConditionExpression", "FilterExpression")
_LEGACY_ATTRIBUTES = ("AttributeUpdates", "Expected", "QueryFilter", "ScanFilter")
_KEYWORDS = frozenset(["SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "BETWEEN", "IN"])
_TOKEN = re.compile(r"[#:]?\w+|<>|[<>]=|\S")
_NAME = re.compile(r"#?[A-Za-z_]\w*")
_PARTIQL = ("Statement", "Statements", "TransactStatements")


def apply() -> None:
    """Add the condition keys to what a DynamoDB request is judged by."""
    actions = importlib.import_module("ministack.core.iam_actions")
    dynamodb = importlib.import_module("ministack.services.dynamodb")
    known_context = actions.dynamodb_service_context

    def partition_key_of(table: str, index: str | None) -> str | None:
        return partition_key(dynamodb._tables.get(table.rsplit("/", 1)[-1]) or {}, index)

    def dynamodb_service_context(body: bytes) -> dict[str, Any]:
        context: dict[str, Any] = known_context(body)
        try:
            request = json.loads(body or b"{}")
        except ValueError:
            request = None
        found = condition_keys(request, partition_key_of)
        context |= batch_projection(request, known_context)
        projected = context.get("dynamodb:Attributes", [])
        if projected:
            found["dynamodb:Attributes"] = [*projected, *found.get("dynamodb:Attributes", [])]
        return {**context, **found}

    vars(actions)["dynamodb_service_context"] = dynamodb_service_context


def batch_projection(
    request: Any, context_of: Callable[[bytes], dict[str, Any]]
) -> dict[str, list[str] | str]:
    """What a BatchGetItem projects, of all its tables: none of which the emulator looks into.

    `context_of` tells what one table's part would be judged by as a request of its own.
    """
    tables = [each for each in _dict(_dict(request).get("RequestItems")).values() if _dict(each)]
    contexts = [context_of(json.dumps(each).encode()) for each in tables]
    if not contexts:
        return {}
    attributes = [name for each in contexts for name in each.get("dynamodb:Attributes", [])]
    is_projected = all(each.get("dynamodb:Attributes") for each in contexts)
    return {
        "dynamodb:Select": "SPECIFIC_ATTRIBUTES" if is_projected else "ALL_ATTRIBUTES",
        **({"dynamodb:Attributes": attributes} if attributes else {}),
    }


def partition_key(table: dict[str, Any], index: str | None) -> str | None:
    """The name of the partition key of one of MiniStack's tables, or of an index of that table."""
    if index is None:
        name = table.get("pk_name")
        return name if isinstance(name, str) else None
    for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
        for candidate in table.get(kind) or []:
            if candidate["IndexName"] == index:
                keys = {key["KeyType"]: key["AttributeName"] for key in candidate["KeySchema"]}
                return str(keys["HASH"])
    return None


def condition_keys(request: Any, partition_key_of: PartitionKeyOf) -> dict[str, list[str] | str]:
    """The condition keys of a request's JSON; those that the request has no value for are left out.

    `dynamodb:Attributes` holds what updates, conditions and filters name, and the names of keys;
    attributes that a projection names are the emulator's own business.
    """
    if not isinstance(request, dict):
        return {"dynamodb:LeadingKeys": [UNDECIDED]}
    leading: list[str] = []
    attributes: list[str] = []
    returned: str | None = None
    for operation in _operations(request):
        leading += _leading_keys(operation, partition_key_of)
        attributes += _attributes(operation)
        returned = operation.get("ReturnValues", returned)
    if any(part in request for part in _PARTIQL):
        leading.append(UNDECIDED)
    found: dict[str, list[str] | str] = {}
    if leading:
        found["dynamodb:LeadingKeys"] = list(dict.fromkeys(leading))
    if attributes:
        found["dynamodb:Attributes"] = list(dict.fromkeys(attributes))
    if returned is not None:
        found["dynamodb:ReturnValues"] = str(returned)
    return found


def _operations(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The request itself and every single operation in it, each with its TableName."""
    yield request
    for item in _list(request.get("TransactItems")):
        yield from (part for part in _dict(item).values() if isinstance(part, dict))
    for table, wanted in _dict(request.get("RequestItems")).items():
        if isinstance(wanted, dict):
            for key in _list(wanted.get("Keys")):
                yield {**wanted, "TableName": table, "Key": key}
        for write in _list(wanted):
            for part in _dict(write).values():
                yield {**_dict(part), "TableName": table}


def _leading_keys(operation: dict[str, Any], partition_key_of: PartitionKeyOf) -> Iterator[str]:
    if not {"Key", "Item", "KeyConditionExpression", "KeyConditions"} & operation.keys():
        return
    name = partition_key_of(str(operation.get("TableName")), operation.get("IndexName"))
    for part in ("Key", "Item"):
        if part in operation:
            yield _text(_dict(operation[part]).get(name or ""))
    if "KeyConditions" in operation:
        condition = _dict(_dict(operation["KeyConditions"]).get(name or ""))
        values = _list(condition.get("AttributeValueList"))
        decided = condition.get("ComparisonOperator") == "EQ" and len(values) == 1
        yield _text(values[0]) if decided else UNDECIDED
    if "KeyConditionExpression" in operation:
        yield from _queried_keys(operation, name)


def _queried_keys(operation: dict[str, Any], name: str | None) -> Iterator[str]:
    tokens = _TOKEN.findall(str(operation["KeyConditionExpression"]))
    names = _dict(operation.get("ExpressionAttributeNames"))
    values = _dict(operation.get("ExpressionAttributeValues"))
    places = [place for place, token in enumerate(tokens) if names.get(token, token) == name]
    if not places or {"OR", "NOT"} & {token.upper() for token in tokens}:
        yield UNDECIDED
    for place in places:
        following = tokens[place + 1 : place + 3]
        decided = len(following) == 2 and following[0] == "="
        yield _text(values.get(following[1])) if decided else UNDECIDED


def _attributes(operation: dict[str, Any]) -> Iterator[str]:
    for part in ("Key", "Item", *_LEGACY_ATTRIBUTES):
        yield from _dict(operation.get(part))
    names = _dict(operation.get("ExpressionAttributeNames"))
    for part in _EXPRESSIONS:
        if part in operation:
            yield from _named(_TOKEN.findall(str(operation[part])), names)


def _named(tokens: list[str], names: dict[str, Any]) -> Iterator[str]:
    """The top-level attributes in an expression: a path's first segment, placeholders resolved."""
    for before, token, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
        if before == "." or after == "(" or token.upper() in _KEYWORDS or not _NAME.match(token):
            continue
        yield str(names.get(token, UNDECIDED)) if token.startswith("#") else token


def _text(value: Any) -> str:
    """A typed key value (`{"S": "…"}`) as IAM compares it."""
    if isinstance(value, dict) and len(value) == 1:
        kind, content = next(iter(value.items()))
        if kind in ("S", "N", "B") and isinstance(content, str) and content:
            return content
    return UNDECIDED


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
