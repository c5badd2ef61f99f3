"""DynamoDB's typed attribute values, to and from plain ones.

boto3 has the same in boto3.dynamodb.types, but importing boto3 takes a fifth of a cold start, and
nothing else of it is needed: botocore makes the clients.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def to_attribute(value: Any) -> dict[str, Any]:
    """A plain value as DynamoDB's typed one.

    Raises:
        TypeError: it is of a type that DynamoDB has none for. So is float: its rounding would show.
    """
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int() | Decimal():
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
    """DynamoDB's typed value as a plain one; numbers are Decimal.

    Raises:
        TypeError: it is of a type that Darkroom never writes.
    """
    ((kind, value),) = attribute.items()
    match kind:
        case "NULL":
            return None
        case "BOOL" | "S" | "B":
            return value
        case "N":
            return Decimal(value)
        case "M":
            return {name: from_attribute(inner) for name, inner in value.items()}
        case "L":
            return [from_attribute(inner) for inner in value]
        case "SS":
            return set(value)
    raise TypeError(f"attribute value of type {kind}")
