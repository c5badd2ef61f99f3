"""Where a sweep stands, and that only one run at a time moves it on."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from darkroom.aws.dynamodb import Table, absent, compare, either
from darkroom.aws.errors import ConditionFailed

if TYPE_CHECKING:
    from darkroom.model import ProgressMark
    from mypy_boto3_dynamodb import DynamoDBClient

_KEY = {"id": "reconcile#progress"}


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
    """The sweep's position, leased to one run at a time."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._marks: Table[ProgressMark] = Table(client, table)

    def take(self, run: str, seconds: float) -> Position | None:
        """The position, for this run alone until `seconds` have passed; None if another has it."""
        now = time.time()
        lease = (
            self._marks.update(_KEY)
            .set(run=run, leased_until=int(now + seconds))
            .when(
                either(
                    absent("leased_until"),
                    compare("leased_until", "<", int(now)),
                    compare("run", "=", run),
                )
            )
        )
        try:
            found = lease.read()
        except ConditionFailed:
            return None
        if "position" not in found:
            return Position()
        values = json.loads(found["position"])
        return Position(**{**values, "found": Counter(values["found"])})

    def save(self, run: str, position: Position, *, done: bool) -> None:
        """Keep the position; with `done`, let the next run have it.

        Raises:
            ConditionFailed: the lease was over, and another run has taken it.
        """
        kept = self._marks.update(_KEY).set(position=json.dumps(vars(position))).when(run=run)
        if done:
            kept.remove("leased_until")
        kept.write()
