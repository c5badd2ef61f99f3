"""Users who write answers, and `accept`, which takes them in."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from darkroom.aws.attribute_values import from_item

from tests.functional.conftest import World, lambda_context

ANN, EVE = "us-east-1:ann", "us-east-1:eve"
NINE = 1_795_510_800  # 2026-11-24T09:00:00Z
HUGE = {"S": "x" * 390_000}


def write(
    world: World, owner: str, said: dict[str, Any], *, about: str, at: float = NINE
) -> dict[str, Any]:
    """Write an answer as a client does; the record of it in the table's stream."""
    keys = {"identity_id": {"S": owner}, "about": {"S": about}}
    world.dynamodb.put_item(TableName="AnswersTable", Item={**keys, **said})
    change = {"Keys": keys, "NewImage": {**keys, **said}, "ApproximateCreationDateTime": at}
    return {"eventName": "INSERT", "dynamodb": change}


def deliver(accept: ModuleType, *records: dict[str, Any]) -> None:
    accept.handler({"Records": list(records)}, lambda_context())


def waiting(world: World) -> list[dict[str, Any]]:
    """What is left in the answers table."""
    return [from_item(item) for item in world.dynamodb.scan(TableName="AnswersTable")["Items"]]
