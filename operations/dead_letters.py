"""Dead letters as an operator needs them: about which image, since when, and why."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass

from darkroom.pipeline.events import MalformedMessage, ObjectEvent, object_events
from darkroom.pipeline.uploads import ImageVersion
from darkroom.repair.failures import Failure, Failures

from operations.deployment import Deployment
from operations.queues import DELIVERY, Message, WorkQueue, look_through


@dataclass(frozen=True)
class DeadLetter:
    """A message that a function gave up on. `image` is the upload's key, empty if it names none."""

    queue: WorkQueue
    message: Message
    image: str
    reason: str
    failure: Failure | None

    @property
    def user(self) -> str:
        """Whose image it is."""
        parts = self.image.split("/", 2)
        return parts[1] if len(parts) == 3 else ""

    @property
    def age_seconds(self) -> float:
        """How long ago the message was first sent."""
        return time.time() - self.message.sent_at


def dead_letters(deployment: Deployment, queue: WorkQueue) -> Iterator[DeadLetter]:
    """What lies in a function's dead letter queue; hidden from others while this is open."""
    notes = Failures(deployment.client("dynamodb"), deployment.output("IdempotencyTableName"))
    processed = deployment.output("ProcessedBucketName")
    for message in look_through(deployment, queue.dead_letters_url):
        failure = notes.read(message.id)
        image, fault = subject(message.body, processed)
        yield DeadLetter(queue, message, image, fault or _reason(queue, failure), failure)


def subject(body: str, processed_bucket: str) -> tuple[str, str]:
    """The upload's key that a message is about, or what is wrong with it."""
    try:
        events = object_events(body)
    except MalformedMessage as error:
        over_quota = _notified_image(body)
        return (over_quota, "") if over_quota else ("", f"no event of S3: {error}")
    if not events:
        return "", "a test event"
    return image_of(events[0], processed_bucket), ""


def image_of(event: ObjectEvent, processed_bucket: str) -> str:
    """The upload's key: of an output, what is left without version and file name."""
    if event.bucket == processed_bucket:
        return event.key.rsplit("/", 2)[0]
    image = ImageVersion.of(event)
    return image.key if image else event.key


def _notified_image(body: str) -> str:
    try:
        message = json.loads(body)
    except ValueError:
        return ""
    return str(message.get("image", "")) if isinstance(message, dict) else ""


def _reason(queue: WorkQueue, failure: Failure | None) -> str:
    if queue.function == DELIVERY:
        return "no queue took it"
    if failure is None:
        return "killed, or never started"
    return f"failed: {failure.error.partition(':')[0]}"
