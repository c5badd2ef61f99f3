"""Events published again, where S3's own event of an object is lost or used up.

Each goes to the topic that S3's events are passed on to, with its owner as the message group like
these. So the queues stay the only way in, with their limits and their dead letters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from darkroom.errors import TransientError
from darkroom.pipeline.relay import message_group, publish
from darkroom.pipeline.uploads import ImageVersion, Upload

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import PublishBatchRequestEntryTypeDef


def created_event(upload: Upload) -> str:
    """S3's message that this version of an object was stored."""
    stored = {"sequencer": upload.sequencer, "size": upload.bytes, "eTag": upload.etag}
    return _event("ObjectCreated:Republished", upload.bucket, upload, upload.uploaded_at, stored)


def removed_event(bucket: str, image: ImageVersion) -> str:
    """S3's message that the object was deleted, with the deletion's version."""
    return _event("ObjectRemoved:Republished", bucket, image, datetime.now(UTC), {})


class Republisher:
    """Publishes events of the uploads bucket to the topics of the stack."""

    def __init__(
        self, client: SNSClient, *, uploads_bucket: str, uploads_topic: str, removals_topic: str
    ) -> None:
        self._client = client
        self._uploads_bucket = uploads_bucket
        self._uploads_topic = uploads_topic
        self._removals_topic = removals_topic

    def created(self, uploads: Sequence[Upload]) -> None:
        """Publish that at most BATCH uploads were stored.

        Raises:
            TransientError: some of them could not be published.
        """
        if len(uploads) == 1:
            [upload] = uploads
            publish(self._client, self._uploads_topic, created_event(upload), key=upload.key)
            return
        entries: list[PublishBatchRequestEntryTypeDef] = [
            {
                "Id": str(index),
                "Message": created_event(upload),
                "MessageGroupId": message_group(upload.key),
            }
            for index, upload in enumerate(uploads)
        ]
        response = self._client.publish_batch(
            TopicArn=self._uploads_topic, PublishBatchRequestEntries=entries
        )
        if response.get("Failed"):
            raise TransientError(f"{len(response['Failed'])} events could not be published")

    def removed(self, image: ImageVersion) -> None:
        """Publish that an image was deleted, with this version."""
        body = removed_event(self._uploads_bucket, image)
        publish(self._client, self._removals_topic, body, key=image.key)


def _event(
    name: str, bucket: str, image: ImageVersion, moment: datetime, stored: Mapping[str, Any]
) -> str:
    record = {
        "eventVersion": "2.6",
        "eventSource": "darkroom",
        "eventTime": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "eventName": name,
        "s3": {
            "bucket": {"name": bucket},
            "object": {
                "key": quote_plus(image.key, safe="/"),
                "sequencer": image.version,
                **stored,
            },
        },
    }
    return json.dumps({"Records": [record]})
