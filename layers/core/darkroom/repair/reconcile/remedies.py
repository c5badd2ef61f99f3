"""Putting right what was found: only queues process, this tells them of it or takes files away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from darkroom.aws.clients import aws_errors, from_item, to_item
from darkroom.pipeline.tombstones import expiration
from darkroom.pipeline.uploads import Upload
from darkroom.repair.reconcile.judgement import Finding
from darkroom.repair.republish import Republisher

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

MOST_ATTEMPTS = 5

Done = Literal["republished", "removed", "waiting", "stuck"]


class Remedies:
    """Applies findings. What stays wrong is tried again later and later, and not for ever."""

    def __init__(
        self,
        s3: S3Client,
        dynamodb: DynamoDBClient,
        republisher: Republisher,
        *,
        processed_bucket: str,
        idempotency_table: str,
        grace: timedelta,
    ) -> None:
        self._s3 = s3
        self._dynamodb = dynamodb
        self._republisher = republisher
        self._processed_bucket = processed_bucket
        self._idempotency_table = idempotency_table
        self._grace = grace

    def apply(self, finding: Finding, now: datetime) -> Done:
        """Do what a finding asks for; `waiting` and `stuck` mean that nothing was done now.

        Raises:
            TransientError: it could not be published.
        """
        if finding.fault == "orphaned":
            self._remove(finding.files)
            return "removed"
        attempts, tried_at = self._attempts(finding)
        if attempts >= MOST_ATTEMPTS:
            return "stuck"
        if attempts and now < tried_at + self._grace * 2 ** (attempts - 1):
            return "waiting"
        # First the note, so that a run that is killed in between tries once too rarely, not for
        # ever; the fault is still there and found again.
        self._note(finding, attempts + 1, now)
        if isinstance(finding.image, Upload):
            self._republisher.created([finding.image])
        else:
            self._republisher.removed(finding.image)
        return "republished"

    def _remove(self, keys: tuple[str, ...]) -> None:
        for key in keys:
            with aws_errors():
                self._s3.delete_object(Bucket=self._processed_bucket, Key=key)

    def _attempts(self, finding: Finding) -> tuple[int, datetime]:
        with aws_errors():
            answer = self._dynamodb.get_item(
                TableName=self._idempotency_table, Key=_key(finding), ConsistentRead=True
            )
        if "Item" not in answer:
            return 0, datetime.min
        note = from_item(answer["Item"])
        return int(note["attempts"]), datetime.fromisoformat(note["tried_at"])

    def _note(self, finding: Finding, attempts: int, now: datetime) -> None:
        with aws_errors():
            self._dynamodb.update_item(
                TableName=self._idempotency_table,
                Key=_key(finding),
                UpdateExpression="SET attempts = :attempts, tried_at = :now, expiration = :until",
                ExpressionAttributeValues=to_item(
                    {":attempts": attempts, ":now": now.isoformat(), ":until": expiration()}
                ),
            )


def _key(finding: Finding) -> dict[str, Any]:
    image = finding.image
    return to_item({"id": f"reconcile#{finding.fault}#{image.key}#{image.version}"})
