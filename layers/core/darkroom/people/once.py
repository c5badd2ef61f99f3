"""Effects that happen once: the first to claim one has it, until it is done or its time is over.

A claim knows its own writer. So a retry after a lost reply, which meets its own claim, goes on;
taken for another's, the effect would be left to nobody.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Key, Table, absent, compare, either, every
from darkroom.aws.errors import CALL_FAILED, ConditionFailed
from darkroom.errors import DarkroomError, TransientError
from darkroom.marks import expiration
from darkroom.observability import logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext
    from darkroom.model import ClaimMark
    from mypy_boto3_dynamodb import DynamoDBClient


class AlreadyInProgress(DarkroomError):
    """Another run may be in the middle of it; if that fails, its own message comes again."""

    def __init__(self, name: str, milliseconds_left: int) -> None:
        super().__init__(f"{name} is claimed by another run")
        self.milliseconds_left = milliseconds_left
        """After that the other run is over, if it was killed."""


class Once:
    """Claims of effects. They last as long as the Lambda run that made them may."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._marks: Table[ClaimMark] = Table(client, table)
        self._remaining_milliseconds: Callable[[], int] = lambda: 0

    def begin(self, context: LambdaContext) -> None:
        """Note how long this run may take; call it first."""
        self._remaining_milliseconds = context.get_remaining_time_in_millis

    def run_once(self, name: str, effect: Callable[[], object]) -> None:
        """Call `effect` unless it was called before under this name.

        A run that is killed in the middle of it leaves a claim that is over by the time its message
        comes again; the effect then happens again, from its start.

        Raises:
            AlreadyInProgress: another run may be in the middle of it.
            TransientError: the claim was refused, but nobody has it.
        """
        claimant = uuid.uuid4().hex
        if not self._claim(name, claimant):
            return
        try:
            effect()
        except Exception:  # of any type: raised again, and the effect can be claimed again
            self._release(name, claimant)
            raise
        self._marks.update(_key(name)).set(done=True).write()

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """While this lasts, no other run is in here under this name; another may be later.

        Raises:
            AlreadyInProgress: another run may be in here.
            TransientError: the claim was refused, but nobody has it.
        """
        claimant = uuid.uuid4().hex
        self._claim(name, claimant)
        try:
            yield
        finally:
            self._release(name, claimant)

    def _claim(self, name: str, claimant: str) -> bool:
        """Whether the effect is this run's to call; False if it is done."""
        now = time.time_ns() // 1_000_000
        over = every(absent("done"), compare("claimed_until", "<=", now))
        until = now + self._remaining_milliseconds()
        claim = (
            self._marks.update(_key(name))
            .set(claimant=claimant, claimed_until=until, expiration=expiration())
            .when(either(absent("id"), compare("claimant", "=", claimant), over))
        )
        try:
            claim.write()
        except ConditionFailed as error:
            found = self._marks.get(_key(name))
            if found is not None and "done" in found:
                return False
            if found is not None and found["claimed_until"] > now:
                raise AlreadyInProgress(name, found["claimed_until"] - now) from error
            raise TransientError(f"{name} was claimed by another run until now") from error
        return True

    def _release(self, name: str, claimant: str) -> None:
        """Let the next attempt claim at once. Never raises: the claim ends by itself."""
        release = self._marks.update(_key(name)).set(claimed_until=0).when(claimant=claimant)
        try:
            release.write()
        except (ConditionFailed, *CALL_FAILED):
            logger.warning(
                "claim not released: its effect waits until the claim is over",
                extra={"claim": name},
                exc_info=True,
            )


def _key(name: str) -> Key:
    return {"id": f"once#{name}"}
