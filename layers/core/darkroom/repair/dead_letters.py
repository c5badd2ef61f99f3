"""Photos whose messages became dead letters: failed for their owners, until they are redriven.

A dead letter is only looked at. It stays in its queue for an operator to redrive, and the step that
it belongs to may still finish then: the join makes the photo processed, or whatever it is by then.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from darkroom.aws.errors import ObjectMissing
from darkroom.people import words
from darkroom.pipeline.events import object_events
from darkroom.pipeline.join import End, FindEnd, end_by_steps
from darkroom.pipeline.processed import ProcessedBucket, image_of
from darkroom.pipeline.uploads import ImageVersion
from darkroom.states import Status, StepState

if TYPE_CHECKING:
    from darkroom.model import ImageItem
    from mypy_boto3_sqs import SQSClient

UNFINISHED = End(Status.FAILED, "unfinished", words.UNFINISHED)
_WAIT_SECONDS = 1  # more than 0 asks all of SQS's servers: a short poll misses messages
_HIDDEN_SECONDS = 120  # as long as the function that looks at them may run


def images_of(body: str, processed: ProcessedBucket) -> Iterator[ImageVersion]:
    """The images that this dead letter's message was about: of its events, or of its receipts."""
    for event in object_events(body):
        if event.kind == "removed":
            continue
        if event.bucket != processed.name:
            image = ImageVersion.of(event)
            if image is not None:
                yield image
        elif event.key.endswith(".json"):
            with suppress(ObjectMissing):  # it was deleted with the image
                yield image_of(processed.read_receipt(event.key))


def end_by_dead_letter(step: str) -> FindEnd:
    """A `FindEnd` for images with a dead letter from `step`: failed if that step is still pending.

    It finds no end while other steps are at work that would complete the image, as where the dead
    letter is a copy of a message that was worked off, and never changes a real end.
    """

    def find_end(item: ImageItem) -> End | None:
        if item["status"] not in (Status.PROCESSING, Status.FAILED):
            return None
        steps = item["steps"]
        stuck = step in steps and steps[step]["state"] == StepState.PENDING
        return UNFINISHED if stuck or end_by_steps(item) is not None else None

    return find_end


class DeadLetterQueue:
    """A dead letter queue that is looked through and left as it was."""

    def __init__(self, client: SQSClient, url: str) -> None:
        self._client = client
        self._url = url

    @contextmanager
    def dead_letters(self, at_most: int) -> Iterator[Iterator[str]]:
        """The bodies of up to `at_most` dead letters, hidden from others until this ends."""
        hidden: list[str] = []
        try:
            yield self._receive(at_most, hidden)
        finally:
            for handle in hidden:
                self._show(handle)

    def _receive(self, at_most: int, hidden: list[str]) -> Iterator[str]:
        while len(hidden) < at_most:
            response = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=_HIDDEN_SECONDS,
                WaitTimeSeconds=_WAIT_SECONDS,
            )
            if not response.get("Messages"):
                return
            hidden += [message["ReceiptHandle"] for message in response["Messages"]]
            yield from (message["Body"] for message in response["Messages"])

    def _show(self, handle: str) -> None:
        self._client.change_message_visibility(
            QueueUrl=self._url, ReceiptHandle=handle, VisibilityTimeout=0
        )
