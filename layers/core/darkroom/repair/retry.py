"""Processing a photo again because its owner asks for it: one that is over quota, or failed.

In this order: the ledger lets it in if there is room, the mark for the lifecycle goes, its item
opens again, and the functions are told of it as S3 told them. Whatever is interrupted is done again
from its start; nothing of it counts twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from darkroom.aws.clients import aws_errors
from darkroom.errors import TransientError
from darkroom.people.notifications import Notifications
from darkroom.pipeline.records import (
    FAILED,
    OVER_QUOTA,
    ImageRecords,
    Superseded,
    kind_in,
    timestamp,
)
from darkroom.pipeline.uploads import ImageVersion, Upload
from darkroom.quota.ledger import Ledger
from darkroom.quota.over_quota_tags import Holds
from darkroom.repair.republish import created_event

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient


class Retrying:
    """Does what the answer `retry` asks for."""

    def __init__(
        self,
        records: ImageRecords,
        ledger: Ledger,
        holds: Holds,
        notifications: Notifications,
        s3: S3Client,
        sns: SNSClient,
        *,
        uploads_bucket: str,
        uploads_topic_arn: str,
    ) -> None:
        self._records = records
        self._ledger = ledger
        self._holds = holds
        self._notifications = notifications
        self._s3 = s3
        self._sns = sns
        self._uploads_bucket = uploads_bucket
        self._uploads_topic_arn = uploads_topic_arn

    def retry(self, asked_for: ImageVersion, asked_at: datetime) -> str:
        """Process a version again: `started`; or `no room`, which its owner is told; or `settled`,
        where it is neither over quota nor failed any more.

        Safe to repeat with the same `asked_at`.

        Raises:
            TransientError: what is left of the files of a version over quota is still going.
        """
        at = timestamp(asked_at)
        item = self._records.read(asked_for)
        if item is None or item["version"] != asked_for.version:
            return "settled"
        repeated = item.get("retried_at") == at
        if item["status"] not in (OVER_QUOTA, FAILED) and not repeated:
            return "settled"
        upload = self._stored(item)
        if upload is None:
            return "settled"  # deleted: its removal is on its way
        try:
            return self._let_in(item, upload, at, asked_at)
        except Superseded:
            return "settled"

    def _let_in(self, item: Mapping[str, Any], upload: Upload, at: str, now: datetime) -> str:
        if item["status"] == OVER_QUOTA:
            if "withdrawn" not in item:
                raise TransientError(f"The files of {upload.key} are not withdrawn yet.")
            charge = self._ledger.admit(upload, now)
            if not charge.current:
                return "settled"
            if charge.held:
                told = self._records.refuse_again(
                    upload, at, reason=charge.held, message=charge.sentence()
                )
                self._notifications.announce(told)
                return "no room"
            self._holds.apply(upload, charge)
        if item["status"] in (OVER_QUOTA, FAILED):
            self._records.reopen(upload, at, kind=kind_in(item))
        with aws_errors():
            self._sns.publish(TopicArn=self._uploads_topic_arn, Message=created_event(upload))
        return "started"

    def _stored(self, item: Mapping[str, Any]) -> Upload | None:
        """The upload as it lies in the bucket, of which no function but readers may ask more."""
        with aws_errors():
            listed = self._s3.list_objects_v2(
                Bucket=self._uploads_bucket, Prefix=item["image"], MaxKeys=1
            )
        for found in listed.get("Contents", []):
            if found["Key"] == item["image"]:
                return Upload(
                    identity_id=item["identity_id"],
                    key=item["image"],
                    version=item["version"],
                    sequencer=item["sequencer"],
                    bucket=self._uploads_bucket,
                    etag=found["ETag"].strip('"'),
                    bytes=int(item["bytes"]),
                    uploaded_at=datetime.fromisoformat(item["uploaded_at"]),
                )
        return None
