"""Writing and removing what Darkroom makes, in the processed bucket."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from darkroom.aws.bodies import read_body
from darkroom.aws.clients import aws_errors
from darkroom.pipeline.uploads import ImageVersion, outputs_prefix

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Keys hold the version of their source: what is once there never changes. "private", because
# only its owner may have it: a shared cache must not keep it.
_CACHE_CONTROL = "private, max-age=31536000, immutable"
_VERSION = re.compile(r"[0-9A-F]+")


class ProcessedBucket:
    """The outputs and receipts of all versions of all images."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self.name = bucket

    def write(self, image: ImageVersion, filename: str, body: bytes, content_type: str) -> str:
        """Put one output of this version; its key."""
        key = image.output_key(filename)
        with aws_errors():
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentType=content_type,
                CacheControl=_CACHE_CONTROL,
            )
        return key

    def write_receipt(self, image: ImageVersion, step: str, summary: Mapping[str, Any]) -> None:
        """Put a step's receipt. Its arrival is what wakes notify, so it comes last."""
        receipt = {
            "identity_id": image.identity_id,
            "image": image.key,
            "version": image.version,
            "step": step,
            **summary,
        }
        body = json.dumps(receipt, ensure_ascii=False).encode()
        self.write(image, receipt_filename(step), body, "application/json")

    def read_receipt(self, key: str) -> dict[str, Any]:
        """The receipt at a key.

        Raises:
            ObjectMissing: it is gone, with the version it was of.
            TransientError: its body broke off or was damaged each time.
        """
        body = read_body(lambda: self._client.get_object(Bucket=self._bucket, Key=key))
        receipt: dict[str, Any] = json.loads(body)
        return receipt

    def discard(self, image: ImageVersion, filenames: Iterable[str]) -> None:
        """Remove outputs of this version; those that are not there do no harm."""
        for filename in filenames:
            with aws_errors():
                self._client.delete_object(Bucket=self._bucket, Key=image.output_key(filename))

    def sweep(self, image: ImageVersion, *, including: bool) -> int:
        """Remove all outputs of all versions older than this one, `including` its own or not.

        Returns how many objects went. Another upload may live below this one's key, as `a/b.jpg`
        below `a`: only what is exactly one version and one file name deep is taken.
        """
        removed = 0
        folder = outputs_prefix(image.key)
        for version in self._versions(folder):
            if version < image.version or (including and version == image.version):
                for key in self._files(f"{folder}{version}/"):
                    with aws_errors():
                        self._client.delete_object(Bucket=self._bucket, Key=key)
                    removed += 1
        return removed

    def _versions(self, folder: str) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2")
        with aws_errors():
            for page in pages.paginate(Bucket=self._bucket, Prefix=folder, Delimiter="/"):
                for entry in page.get("CommonPrefixes", []):
                    version = entry["Prefix"].removeprefix(folder).rstrip("/")
                    if _VERSION.fullmatch(version):
                        yield version

    def _files(self, folder: str) -> Iterator[str]:
        pages = self._client.get_paginator("list_objects_v2")
        with aws_errors():
            for page in pages.paginate(Bucket=self._bucket, Prefix=folder, Delimiter="/"):
                yield from (entry["Key"] for entry in page.get("Contents", []))


def receipt_image(receipt: Mapping[str, Any]) -> ImageVersion:
    """The image version that a receipt is about."""
    return ImageVersion(receipt["identity_id"], receipt["image"], receipt["version"])


def receipt_filename(step: str) -> str:
    """The file name of a step's receipt."""
    return f"{step}.json"
