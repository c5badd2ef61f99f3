"""Dead letters as an operator needs them: which image each is about, how old it is, and why."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from darkroom.pipeline.events import MalformedMessage, ObjectEvent, fields, object_events
from darkroom.pipeline.uploads import ImageVersion
from darkroom.repair.failures import Failure, Failures

from operations.deployment import Deployment
from operations.queues import DELIVERY, Message, WorkQueue, look_through


@dataclass(frozen=True)
class DeadLetter:
    """A message in a dead letter queue. `image` is the upload's key; empty if it names none."""

    queue: WorkQueue
    message: Message
    image: str
    reason: str
    failure: Failure | None

    @property
    def user(self) -> str:
        """The identity id of the owner whom the message is about; empty if it names none."""
        parts = self.image.split("/", 2)
        told = parts[1] if len(parts) == 3 else fields(self.message.body).get("identity_id", "")
        return str(told)

    @property
    def age_seconds(self) -> float:
        """Seconds since the message was first sent."""
        return time.time() - self.message.sent_at


def dead_letters(deployment: Deployment, queue: WorkQueue) -> Iterator[DeadLetter]:
    """The dead letters in a queue's dead letter queue, hidden from others while this is open."""
    notes = Failures(deployment.client("dynamodb"), deployment.output("IdempotencyTableName"))
    processed = deployment.output("ProcessedBucketName")
    for message in look_through(deployment, queue.dead_letters_url):
        failure = notes.read(message.id)
        image, fault = subject(message.body, processed)
        yield DeadLetter(queue, message, image, fault or _reason(queue, failure), failure)


def subject(body: str, processed_bucket: str) -> tuple[str, str]:
    """The key of the upload that a message is about, and what is wrong if it names none."""
    try:
        events = object_events(body)
    except MalformedMessage as error:
        if is_of_login(body):
            return "", ""
        told = fields(body)
        image = str(told.get("image", ""))  # that a receipt or notification is about
        # An index to be made anew, or an answer, is about its owner.
        known = image or "identity_id" in told
        return image, "" if known else f"not an event of S3: {error}"
    if not events:
        return "", "a test event"
    return image_of(events[0], processed_bucket), ""


def image_of(event: ObjectEvent, processed_bucket: str) -> str:
    """The upload's key; for an output, its key without version and file name."""
    if event.bucket == processed_bucket:
        return event.key.rsplit("/", 2)[0]
    image = ImageVersion.of(event)
    return image.key if image else event.key


def is_of_login(body: str) -> bool:
    """Whether a message is about a login, for introduce, and so about no image."""
    return fields(body).keys() == {"subject", "user"}


def _reason(queue: WorkQueue, failure: Failure | None) -> str:
    if queue.function == DELIVERY:
        return "no queue accepted it"
    if failure is None:
        return "killed, or never run"
    return f"failed: {failure.error.partition(':')[0]}"
