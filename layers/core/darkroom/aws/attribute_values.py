"""DynamoDB's typed attribute values and items, to and from plain ones.

boto3 has the same in boto3.dynamodb.types, but importing boto3 takes a fifth of a cold start, and
nothing else of it is needed: botocore makes the clients.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def to_attribute(value: Any) -> dict[str, Any]:
    """A plain value as DynamoDB's typed one. A float is written as the shortest text that is it.

    Raises:
        TypeError: it is of a type that DynamoDB has none for.
    """
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | float() | Decimal():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case bytes():
            return {"B": value}
        case Mapping():
            return {"M": {name: to_attribute(inner) for name, inner in value.items()}}
        case list() | tuple():
            return {"L": [to_attribute(inner) for inner in value]}
        case set() | frozenset() if value and all(isinstance(inner, str) for inner in value):
            return {"SS": sorted(value)}
    raise TypeError(f"DynamoDB has no attribute value for a {type(value).__name__}")


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """DynamoDB's typed value as a plain one: whole numbers as int, others as Decimal.

    It reads every type, for users write some attributes and may write anything.
    """
    ((kind, value),) = attribute.items()
    match kind:
        case "NULL":
            return None
        case "BOOL" | "S" | "B":
            return value
        case "N":
            return _number(value)
        case "M":
            return {name: from_attribute(inner) for name, inner in value.items()}
        case "L":
            return [from_attribute(inner) for inner in value]
        case "SS" | "BS":
            return set(value)
        case "NS":
            return set(map(_number, value))
    raise TypeError(f"attribute value of type {kind}")


def _number(text: str) -> int | Decimal:
    return int(text) if text.lstrip("-").isdecimal() else Decimal(text)


def to_item(values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as an item or a key of DynamoDB's."""
    return {name: to_attribute(value) for name, value in values.items()}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """DynamoDB's item as plain values."""
    return {name: from_attribute(value) for name, value in item.items()}
