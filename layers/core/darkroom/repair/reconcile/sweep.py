"""One run: on from where the last one stopped, until its work or its time is used up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Table
from darkroom.config import ReconcileConfig
from darkroom.observability import logger
from darkroom.people.profiles import People
from darkroom.pipeline.tombstones import Tombstones
from darkroom.quota.ledger import TOTAL
from darkroom.repair.halt import Halt
from darkroom.repair.reconcile.diagnosis import Diagnosis, diagnose
from darkroom.repair.reconcile.progress import Position, Progress
from darkroom.repair.reconcile.remedies import Remedies
from darkroom.repair.reconcile.survey import Sighting, Survey
from darkroom.repair.reconcile.usage import UsageRepair
from darkroom.repair.republish import Republisher

if TYPE_CHECKING:
    from darkroom.aws.cognito import Accounts
    from darkroom.model import UsageRow
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient

_SCANNED = 100  # rows of the usage table at a time


class Sweep:
    """Compares everything, a bounded amount at a time, and puts right what it can."""

    def __init__(
        self,
        dynamodb: DynamoDBClient,
        *,
        survey: Survey,
        remedies: Remedies,
        usage: UsageRepair,
        progress: Progress,
        halt: Halt,
        people: People,
        accounts: Accounts,
        uploads_bucket: str,
        usage_table: str,
        idempotency_table: str,
        grace: timedelta,
    ) -> None:
        self._usage_rows: Table[UsageRow] = Table(dynamodb, usage_table)
        self._tombstones = Tombstones(dynamodb, idempotency_table)
        self._survey = survey
        self._remedies = remedies
        self._usage = usage
        self._progress = progress
        self._halt = halt
        self._people = people
        self._accounts = accounts
        self._uploads_bucket = uploads_bucket
        self._grace = grace

    def run(
        self, run_id: str, *, at_most: int, seconds: float, time_is_up: Callable[[], bool]
    ) -> dict[str, int]:
        """What was found, by name of the metric, when about `at_most` keys were looked at.

        `seconds` is how long this run may hold the position, should it not come to its end.
        """
        if self._halt.reason() is not None:
            return {"Halted": 1}
        position = self._progress.take(run_id, seconds)
        if position is None:
            return {"Overlapped": 1}
        before = position.found.copy()
        examined = 0
        for step in self._steps(position):
            examined += step
            if examined >= at_most or time_is_up() or position.is_at_end:
                break
            self._progress.save(run_id, position, done=False)
        found = {"Examined": examined, **(position.found - before)}
        if position.is_at_end:
            logger.info("sweep finished", extra={"found": dict(position.found)})
            found["Sweeps"] = 1
            position = Position()
        self._progress.save(run_id, position, done=True)
        return found

    def _steps(self, position: Position) -> Iterator[int]:
        """How many keys each stretch had by which the position moves on."""
        while position.phase == "objects":
            user = position.user if position.key else self._survey.next_user(position.user)
            if user is None:
                position.phase, position.user = "usage", ""
                break
            examined = self._stretch(user, position)
            if not position.key:
                self._mend(user, position)
                self._look_for_owner(user, position)
            yield examined
        while not position.is_at_end:
            yield self._scan(position)

    def _stretch(self, user: str, position: Position) -> int:
        stretch = self._survey.stretch(user, position.key)
        for seen in stretch.sightings:
            self._examine(seen, position)
        position.user, position.key = user, stretch.last or ""
        return len(stretch.sightings)

    def _examine(self, seen: Sighting, position: Position) -> None:
        if self._diagnose(seen) is None:
            return
        # Upload, tables and outputs were not read in one moment, and much may have happened since.
        again = self._survey.again(seen)
        diagnosis = self._diagnose(again, self._tombstones.version(seen.key))
        if diagnosis is None:
            return
        done = self._remedies.apply(diagnosis, datetime.now(UTC))
        logger.warning(
            "upload with a fault found",
            extra={
                "fault": diagnosis.fault,
                "image": seen.key,
                "version": diagnosis.image.version,
                "files": len(diagnosis.files),
                "done": done,
            },
        )
        position.found[diagnosis.fault.title()] += 1
        position.found[done.title()] += 1

    def _diagnose(self, seen: Sighting, tombstone: str | None = None) -> Diagnosis | None:
        return diagnose(
            seen,
            bucket=self._uploads_bucket,
            now=datetime.now(UTC),
            grace=self._grace,
            tombstone=tombstone,
        )

    def _mend(self, user: str, position: Position) -> None:
        drift = self._usage.mend(user)
        if drift:
            logger.warning(
                "usage counters mended from the ledger", extra={"user": user, "too_much": drift}
            )
            position.found["UsageMended"] += 1

    def _look_for_owner(self, user: str, position: Position) -> None:
        """Count the photos of a login that is deleted, or that has another identity by now.

        Nobody can reach them, and an operator decides what becomes of them.
        """
        login = self._people.login_of(user)
        if login is None or (not login.is_former and self._accounts.has(login.subject)):
            return
        logger.warning(
            "photos found that nobody can reach: their owner's login is deleted, or has left them",
            extra={"user": user, "subject": login.subject, "has_left": login.is_former},
        )
        position.found["Unreachable"] += 1

    def _scan(self, position: Position) -> int:
        """Users who have usage, but neither an upload nor an output that would lead to them."""
        rows, last = self._usage_rows.scan(_SCANNED, position.scanned)
        examined = len(rows)
        for user in (row["identity_id"] for row in rows if row["period"] == TOTAL):
            if not self._survey.has_objects(user):
                rest = Position()
                while True:
                    examined += self._stretch(user, rest)
                    if not rest.key:
                        break
                self._mend(user, rest)
                position.found += rest.found
        position.scanned = dict(last) if last else {}
        return examined


def sweep_of(
    config: ReconcileConfig,
    *,
    s3: S3Client,
    dynamodb: DynamoDBClient,
    sns: SNSClient,
    accounts: Accounts,
    halt: Halt,
    grace: timedelta,
) -> Sweep:
    """A sweep of the stack that the configuration names."""
    return Sweep(
        dynamodb,
        survey=Survey(
            s3,
            dynamodb,
            uploads_bucket=config.uploads_bucket,
            processed_bucket=config.processed_bucket,
            images_table=config.images_table,
            ledger_table=config.ledger_table,
        ),
        remedies=Remedies(
            s3,
            dynamodb,
            Republisher(
                sns,
                uploads_bucket=config.uploads_bucket,
                uploads_topic=config.uploads_topic_arn,
                removals_topic=config.removals_topic_arn,
            ),
            processed_bucket=config.processed_bucket,
            idempotency_table=config.idempotency_table,
            grace=grace,
        ),
        usage=UsageRepair(
            dynamodb, usage_table=config.usage_table, ledger_table=config.ledger_table
        ),
        progress=Progress(dynamodb, config.idempotency_table),
        halt=halt,
        people=People(dynamodb, table=config.people_table),
        accounts=accounts,
        uploads_bucket=config.uploads_bucket,
        usage_table=config.usage_table,
        idempotency_table=config.idempotency_table,
        grace=grace,
    )
