"""Marking originals that are over quota, so that the bucket's lifecycle expires them in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.aws import ObjectMissing, aws_errors
from darkroom.quota import HELD, Charge, Ledger
from darkroom.uploads import Upload

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import TagTypeDef

# What the lifecycle rule of the uploads bucket looks for.
TAG: TagTypeDef = {"Key": "darkroom", "Value": "over-quota"}


class Holds:
    """Tags on originals. S3 tags whatever is at a key, so a tag that came too late is undone."""

    def __init__(self, client: S3Client, ledger: Ledger) -> None:
        self._client = client
        self._ledger = ledger

    def apply(self, upload: Upload, charge: Charge) -> None:
        """Make the original's tag say what its charge says."""
        try:
            if charge.held:
                self._tag(upload)
                row = self._ledger.row(upload)
                if row is not None and row["state"] != HELD:
                    self._untag(upload)  # overwritten meanwhile, and the new one has its place
            elif charge.replaces_hold:
                self._untag(upload)
        except ObjectMissing:
            return  # deleted meanwhile: nothing is left to expire

    def _tag(self, upload: Upload) -> None:
        with aws_errors():
            self._client.put_object_tagging(
                Bucket=upload.bucket, Key=upload.key, Tagging={"TagSet": [TAG]}
            )

    def _untag(self, upload: Upload) -> None:
        with aws_errors():
            self._client.delete_object_tagging(Bucket=upload.bucket, Key=upload.key)
