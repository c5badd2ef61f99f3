"""Processing a photo again because its owner asks for it: one that is over quota, or failed.

In this order: the ledger stores what it held if there is room, the over-quota tag goes, the item
opens again, and the functions are told of the upload as S3 told them. Whatever is interrupted is
done again from its start; nothing of it counts twice.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from darkroom.aws.s3 import Bucket
from darkroom.errors import TransientError
from darkroom.moments import timestamp
from darkroom.people import words
from darkroom.people.notifications import Notifications
from darkroom.pipeline.records import ImageRecords, Superseded, kind_in
from darkroom.pipeline.relay import publish
from darkroom.pipeline.uploads import ImageVersion, Upload
from darkroom.quota.ledger import Ledger
from darkroom.quota.over_quota_tags import OverQuotaTags
from darkroom.repair.republish import created_event
from darkroom.states import Status

if TYPE_CHECKING:
    from darkroom.model import ImageItem
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient


class Retrying:
    """Does what the reply `retry` to a notification asks for."""

    def __init__(
        self,
        records: ImageRecords,
        ledger: Ledger,
        tags: OverQuotaTags,
        notifications: Notifications,
        s3: S3Client,
        sns: SNSClient,
        *,
        uploads_bucket: str,
        uploads_topic_arn: str,
        grace_days: int,
    ) -> None:
        self._records = records
        self._ledger = ledger
        self._tags = tags
        self._notifications = notifications
        self._uploads = Bucket(s3, uploads_bucket)
        self._sns = sns
        self._uploads_topic_arn = uploads_topic_arn
        self._grace_days = grace_days

    def retry(self, asked_for: ImageVersion, asked_at: datetime) -> str:
        """What became of the request to process a version again.

        `started`; or `no room`, which its owner is told; or `settled`, where it is neither over
        quota nor failed any more. Safe to repeat with the same `asked_at`.

        Raises:
            TransientError: files of the version are still being deleted because it is over quota.
        """
        at = timestamp(asked_at)
        item = self._records.read(asked_for)
        if item is None or item["version"] != asked_for.version:
            return "settled"
        repeated = item.get("retried_at") == at
        if item["status"] not in (Status.OVER_QUOTA, Status.FAILED) and not repeated:
            return "settled"
        upload = self._stored(item)
        if upload is None:
            return "settled"  # deleted: its removal is on its way
        try:
            return self._start(item, upload, at, asked_at)
        except Superseded:
            return "settled"

    def _start(self, item: ImageItem, upload: Upload, at: str, now: datetime) -> str:
        if item["status"] == Status.OVER_QUOTA:
            if "withdrawn" not in item:
                raise TransientError(f"The files of {upload.key} are not withdrawn yet.")
            charge = self._ledger.readmit_held(upload, now)
            if not charge.current:
                return "settled"
            if charge.over_quota:
                days = charge.kept_days(self._grace_days)
                sentence = words.over_quota(charge.over_quota, charge.limit, days=days)
                refused = self._records.refuse_again(
                    upload, at, reason=charge.over_quota, message=sentence
                )
                self._notifications.announce(refused)
                return "no room"
            self._tags.apply(upload, charge)
        if item["status"] in (Status.OVER_QUOTA, Status.FAILED):
            self._records.reopen(upload, at, kind=kind_in(item))
        publish(self._sns, self._uploads_topic_arn, created_event(upload), key=upload.key)
        return "started"

    def _stored(self, item: ImageItem) -> Upload | None:
        """The upload as a listing shows it: this function may not read objects."""
        found = self._uploads.find(item["image"])
        if found is None:
            return None
        return Upload(
            identity_id=item["identity_id"],
            key=item["image"],
            version=item["version"],
            sequencer=item["sequencer"],
            bucket=self._uploads.name,
            etag=found.etag,
            bytes=item["bytes"],
            uploaded_at=datetime.fromisoformat(item["uploaded_at"]),
        )
