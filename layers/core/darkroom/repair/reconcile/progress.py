"""Where a sweep stands, and that only one run at a time moves it on."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from darkroom.aws.clients import ConditionFailed, aws_errors, from_item, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEY = {"id": {"S": "reconcile#progress"}}


@dataclass
class Position:
    """How far a sweep has come: through users who have objects, then through all who have usage.

    `key` is the last key of `user` that was looked at, empty when the user is finished; `scanned`
    tells how far the usage table was read (empty: to its end); `found` counts what this sweep has
    found so far.
    """

    phase: Literal["objects", "usage"] = "objects"
    user: str = ""
    key: str = ""
    scanned: dict[str, str] | None = None
    found: Counter[str] = field(default_factory=Counter)

    @property
    def is_at_end(self) -> bool:
        """Whether the sweep has looked at everything."""
        return self.phase == "usage" and self.scanned == {}


class Progress:
    """The sweep's position in the idempotency table, leased to one run at a time."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def take(self, run: str, seconds: float) -> Position | None:
        """The position, for this run alone until `seconds` have passed; None if another has it."""
        now = time.time()
        try:
            with aws_errors():
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=_KEY,
                    UpdateExpression="SET run = :run, leased_until = :until",
                    ConditionExpression="attribute_not_exists(leased_until) "
                    "OR leased_until < :now OR run = :run",
                    ExpressionAttributeValues=to_item(
                        {":run": run, ":until": int(now + seconds), ":now": int(now)}
                    ),
                    ReturnValues="ALL_NEW",
                )
        except ConditionFailed:
            return None
        found: dict[str, Any] = from_item(answer["Attributes"])
        if "position" not in found:
            return Position()
        values = json.loads(found["position"])
        return Position(**{**values, "found": Counter(values["found"])})

    def save(self, run: str, position: Position, *, done: bool) -> None:
        """Keep the position; with `done`, let the next run have it.

        Raises:
            ConditionFailed: the lease was over, and another run has taken it.
        """
        change = "SET #position = :position" + (" REMOVE leased_until" if done else "")
        with aws_errors():
            self._client.update_item(
                TableName=self._table,
                Key=_KEY,
                UpdateExpression=change,
                ConditionExpression="run = :run",
                ExpressionAttributeNames={"#position": "position"},
                ExpressionAttributeValues=to_item(
                    {":run": run, ":position": json.dumps(vars(position))}
                ),
            )
