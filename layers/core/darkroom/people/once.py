"""Effects that happen once: the first to claim one has it, until it is done or its time is over.

A claim knows its own writer. So a retry after a lost reply, which meets its own claim, goes on;
taken for another's, the effect would be left to nobody.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from darkroom.aws.clients import ConditionFailed, aws_errors, from_item, to_item
from darkroom.errors import DarkroomError, TransientError
from darkroom.observability import logger
from darkroom.pipeline.tombstones import expiration

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from mypy_boto3_dynamodb import DynamoDBClient


class Claimed(DarkroomError):
    """Another run may be in the middle of it; if that fails, its own message comes again."""


class Once:
    """Claims in the idempotency table. They last as long as the Lambda run that made them may."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table
        self._remaining_milliseconds: Callable[[], int] = lambda: 0

    def begin(self, context: LambdaContext) -> None:
        """Note how long this run may take; call it first."""
        self._remaining_milliseconds = context.get_remaining_time_in_millis

    def run(self, name: str, effect: Callable[[], object]) -> None:
        """Call `effect` unless it was called before under this name.

        A run that is killed in the middle of it leaves a claim that is over by the time its message
        comes again; the effect then happens again, from its start.

        Raises:
            Claimed: another run may be in the middle of it.
            TransientError: the claim was refused, but nobody has it.
        """
        claimant = uuid.uuid4().hex
        if not self._claim(name, claimant):
            return
        try:
            effect()
        except Exception:  # whatever it is: raised again, for the effect is still to be had
            self._release(name, claimant)
            raise
        self._update(name, "SET done = :done", {":done": True})

    def _claim(self, name: str, claimant: str) -> bool:
        now = time.time_ns() // 1_000_000
        try:
            self._update(
                name,
                "SET claimant = :claimant, claimed_until = :until, expiration = :expiration",
                {
                    ":claimant": claimant,
                    ":until": now + self._remaining_milliseconds(),
                    ":expiration": expiration(),
                    ":now": now,
                },
                only_if="attribute_not_exists(id) OR claimant = :claimant"
                " OR (attribute_not_exists(done) AND claimed_until <= :now)",
            )
        except ConditionFailed as error:
            found = self._read(name)
            if "done" in found:
                return False
            if found.get("claimed_until", 0) > now:
                raise Claimed(f"{name} is claimed by another run") from error
            raise TransientError(f"{name} was claimed by another run until now") from error
        return True

    def _release(self, name: str, claimant: str) -> None:
        """Let the next attempt claim at once. Never raises: the claim ends by itself."""
        try:
            self._update(
                name,
                "SET claimed_until = :never",
                {":never": 0, ":claimant": claimant},
                only_if="claimant = :claimant",
            )
        except (ConditionFailed, BotoCoreError, ClientError):
            logger.warning("the claim could not be released", exc_info=True)

    def _read(self, name: str) -> dict[str, Any]:
        with aws_errors():
            answer = self._client.get_item(
                TableName=self._table, Key={"id": {"S": _id(name)}}, ConsistentRead=True
            )
        return from_item(answer.get("Item", {}))

    def _update(
        self, name: str, change: str, values: dict[str, Any], *, only_if: str | None = None
    ) -> None:
        condition = {"ConditionExpression": only_if} if only_if else {}
        with aws_errors():
            self._client.update_item(
                TableName=self._table,
                Key={"id": {"S": _id(name)}},
                UpdateExpression=change,
                ExpressionAttributeValues=to_item(values),
                **condition,  # type: ignore[arg-type]
            )


def _id(name: str) -> str:
    return f"once#{name}"
