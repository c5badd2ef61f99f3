"""Receipts: how the last step of a version to end wakes notify, which then looks at the item.

Until 0.2.0 a receipt was a file in the processed bucket, and its event was the message. Such a
message may wait for weeks as a dead letter, so notify and fail read both.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from darkroom.pipeline.events import fields
from darkroom.pipeline.relay import publish
from darkroom.pipeline.uploads import ImageVersion

if TYPE_CHECKING:
    from darkroom.model import Receipt
    from mypy_boto3_sns import SNSClient

_NAMES = {"identity_id", "image", "version", "step"}


class Receipts:
    """The topic of all receipts."""

    def __init__(self, make_client: Callable[[], SNSClient], *, topic: str) -> None:
        self._make_client = make_client
        self._topic = topic

    @cached_property
    def _client(self) -> SNSClient:
        return self._make_client()  # when it is needed: few runs are those of the last step

    def send(self, receipt: Receipt) -> None:
        """Publish a receipt. It wakes notify, so everything else comes before."""
        # All of it in ASCII: a key may have characters that SQS does not keep.
        publish(self._client, self._topic, json.dumps(receipt), key=receipt["image"])


def receipt_in(body: str) -> Receipt | None:
    """The receipt that a message is; None for any other message."""
    message = fields(body)
    if not message.keys() >= _NAMES:
        return None
    receipt: Receipt = message  # type: ignore[assignment]  # only functions publish there
    return receipt


def image_of(receipt: Receipt) -> ImageVersion:
    """The image version that a receipt is about."""
    return ImageVersion(receipt["identity_id"], receipt["image"], receipt["version"])


def is_receipt_file(key: str, steps: Iterable[str]) -> bool:
    """Whether a key is that of a receipt of one of these steps, until 0.2.0."""
    return key.rpartition("/")[2] in {f"{step}.json" for step in steps}
