"""Marking originals that are over quota, so that the bucket's lifecycle expires them in time.

A tag on the wrong photo would delete it, and S3 tags whatever is at a key by then. So a tag is
compared with the ledger once more after it was set, and every charge that may have followed one
that came too late, or that repeats one whose run may have died in between, compares as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.aws.clients import ObjectMissing, aws_errors
from darkroom.errors import TransientError
from darkroom.pipeline.uploads import Upload
from darkroom.quota.ledger import HELD, Charge, Ledger

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import TagTypeDef

# What the lifecycle rule of the uploads bucket looks for.
TAG: TagTypeDef = {"Key": "darkroom", "Value": "over-quota"}


_RACES = 5


class Holds:
    """Tags on originals, as the ledger asks for them."""

    def __init__(self, client: S3Client, ledger: Ledger) -> None:
        self._client = client
        self._ledger = ledger

    def apply(self, upload: Upload, charge: Charge) -> None:
        """Make the original's tag say what the ledger says.

        Raises:
            TransientError: the ledger changed each time.
        """
        if not charge.held and not charge.recheck:
            return
        for _ in range(_RACES):
            row = self._ledger.row(upload)
            try:
                if row is not None and row["state"] == HELD:
                    self._tag(upload)
                else:
                    self._untag(upload)
            except ObjectMissing:
                return  # deleted meanwhile: nothing is left to expire
            if self._ledger.row(upload) == row:
                return
        raise TransientError(f"The charge of {upload.key} changes all the time.")

    def _tag(self, upload: Upload) -> None:
        with aws_errors():
            self._client.put_object_tagging(
                Bucket=upload.bucket, Key=upload.key, Tagging={"TagSet": [TAG]}
            )

    def _untag(self, upload: Upload) -> None:
        with aws_errors():
            self._client.delete_object_tagging(Bucket=upload.bucket, Key=upload.key)
