"""Remedies of diagnoses: an event is published again, or files are deleted."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from darkroom.aws.dynamodb import Key, Table
from darkroom.aws.s3 import Bucket
from darkroom.marks import expiration
from darkroom.pipeline.uploads import Upload
from darkroom.repair.reconcile.diagnosis import Diagnosis
from darkroom.repair.republish import Republisher

if TYPE_CHECKING:
    from darkroom.model import RemedyMark
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

MOST_ATTEMPTS = 5

Done = Literal["republished", "removed", "waiting", "stuck"]


class Remedies:
    """Acts on diagnoses. What stays wrong is tried again later and later, and not for ever."""

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
        self._processed = Bucket(s3, processed_bucket)
        self._marks: Table[RemedyMark] = Table(dynamodb, idempotency_table)
        self._republisher = republisher
        self._grace = grace

    def apply(self, diagnosis: Diagnosis, now: datetime) -> Done:
        """What was done about a fault; `waiting` and `stuck` mean nothing now.

        Raises:
            TransientError: it could not be published.
        """
        if diagnosis.fault == "orphaned":
            for key in diagnosis.files:
                self._processed.delete(key)
            return "removed"
        before = self._marks.get(_key(diagnosis))
        attempts = before["attempts"] if before is not None else 0
        if attempts >= MOST_ATTEMPTS:
            return "stuck"
        if before is not None:
            tried_at = datetime.fromisoformat(before["tried_at"])
            if now < tried_at + self._grace * 2 ** (attempts - 1):
                return "waiting"
        # First the mark, so that a run that is killed in between tries once too rarely, not for
        # ever; the fault is still there and found again.
        mark = self._marks.update(_key(diagnosis))
        mark.set(attempts=attempts + 1, tried_at=now.isoformat(), expiration=expiration()).write()
        if isinstance(diagnosis.image, Upload):
            self._republisher.created([diagnosis.image])
        else:
            self._republisher.removed(diagnosis.image)
        return "republished"


def _key(diagnosis: Diagnosis) -> Key:
    image = diagnosis.image
    return {"id": f"reconcile#{diagnosis.fault}#{image.key}#{image.version}"}
