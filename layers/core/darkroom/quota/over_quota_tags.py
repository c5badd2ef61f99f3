"""Tags on originals that are over quota, so that the bucket's lifecycle expires them in time.

A tag on the wrong photo would delete it, and S3 tags whatever is at a key by then. So a tag is
compared with the ledger once more after it was set, and every charge that may have followed one
that came too late, or that repeats one whose run may have died in between, compares as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.aws.errors import ObjectMissing
from darkroom.aws.s3 import Bucket
from darkroom.errors import TransientError
from darkroom.pipeline.uploads import Upload
from darkroom.quota.ledger import Charge, Ledger
from darkroom.states import Charged

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# What the lifecycle rules of the uploads bucket look for: after the grace period, and after a day.
TAG = {"darkroom": "over-quota"}
BRIEF_TAG = {"darkroom": "over-quota-brief"}
_RACES = 5


class OverQuotaTags:
    """Tags on originals, as the ledger asks for them."""

    def __init__(self, client: S3Client, ledger: Ledger) -> None:
        self._client = client
        self._ledger = ledger

    def apply(self, upload: Upload, charge: Charge) -> None:
        """Make the original's tag say what the ledger says.

        Raises:
            TransientError: the ledger changed each time.
        """
        if not charge.over_quota and not charge.recheck_tag:
            return
        bucket = Bucket(self._client, upload.bucket)
        for _ in range(_RACES):
            row = self._ledger.row(upload)
            try:
                if row is not None and row["state"] == Charged.HELD:
                    bucket.tag(upload.key, **(BRIEF_TAG if row.get("brief") else TAG))
                else:
                    bucket.untag(upload.key)
            except ObjectMissing:
                return  # deleted meanwhile: nothing is left to expire
            if self._ledger.row(upload) == row:
                return
        raise TransientError(f"The charge of {upload.key} changes all the time.")
