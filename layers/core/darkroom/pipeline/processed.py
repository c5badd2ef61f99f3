"""The processed bucket: files that steps make."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Path as Place
from darkroom.aws.s3 import Bucket
from darkroom.pipeline.uploads import ImageVersion, outputs_prefix

if TYPE_CHECKING:
    from darkroom.model import ImageItem, Receipt
    from mypy_boto3_s3 import S3Client

# Keys hold the version of their source: what is once there never changes. "private", because
# only its owner may have it: a shared cache must not keep it.
_CACHE_CONTROL = "private, max-age=31536000, immutable"
_VERSION = re.compile(r"[0-9A-F]+")

# The attributes of an item that name a file of it, beside its renditions.
FILE_ATTRIBUTES = ("details", "preview", "video")


def files_shown(item: ImageItem) -> dict[Place, str]:
    """The key of each file that an item shows, by its place in the item."""
    shown: dict[Place, str] = {
        ("renditions", name): made["key"] for name, made in item["renditions"].items()
    }
    for name in FILE_ATTRIBUTES:
        if name in item:
            shown[name] = item[name]["key"]  # type: ignore[literal-required]
    return shown


class ProcessedBucket:
    """The outputs of all versions of all images."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._bucket = Bucket(client, bucket)
        self.name = bucket

    def write(
        self, image: ImageVersion, filename: str, body: bytes | Path, content_type: str
    ) -> str:
        """The key of one output of this version, once it is stored."""
        key = image.output_key(filename)
        self._bucket.put(key, body, content_type=content_type, cache_control=_CACHE_CONTROL)
        return key

    def has(self, key: str) -> bool:
        """Whether there is a file at a key."""
        return self._bucket.find(key) is not None

    def read_receipt(self, key: str) -> Receipt:
        """The receipt at a key, as there were until 0.2.0.

        Raises:
            ObjectMissing: it was deleted, with the version that it belonged to.
            TransientError: its body broke off or was damaged each time.
        """
        receipt: Receipt = json.loads(self._bucket.read(key))
        return receipt

    def delete_outputs(self, image: ImageVersion, filenames: Iterable[str]) -> None:
        """Delete files of this version; those that are not there do no harm."""
        for filename in filenames:
            self._bucket.delete(image.output_key(filename))

    def delete_older_outputs(self, image: ImageVersion, *, and_its_own: bool = False) -> int:
        """Delete all files of the versions before this one, and of this one if it is said.

        Returns how many it were. Another upload may live below this one's key, as `a/b.jpg` below
        `a`: only what is exactly one version and one file name deep is deleted.
        """
        deleted = 0
        folder = outputs_prefix(image.key)
        for version in self._bucket.folders(folder):
            if not _VERSION.fullmatch(version):
                continue
            if version < image.version or (and_its_own and version == image.version):
                for stored in self._bucket.objects(f"{folder}{version}/", deeper=False):
                    self._bucket.delete(stored.key)
                    deleted += 1
        return deleted
