"""S3's events on their way to the topics, each with its owner as the message group, and its kind.

By the message group a queue tells people apart: while one has a backlog, others' messages come
first. S3 names none, and a queue takes every message without one for somebody else's. See "fair
queues" in SQS's developer guide.

Beside S3's `Records` a message has the `kind` of the file, told from its first bytes, and a topic
tells functions of this kind alone (`FilterPolicy` in the template). One without a kind reaches all
of them, and those of another find in the file's item that it is none of theirs. So the kind is left
out where it cannot be told, by whoever else publishes, and in a rush, which has to be passed on
quickly: others wait behind it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import TYPE_CHECKING

from darkroom.aws.errors import CALL_FAILED
from darkroom.errors import DarkroomError
from darkroom.kinds import kind_of
from darkroom.observability import logger
from darkroom.pipeline.events import MalformedMessage, ObjectEvent, fields, object_events
from darkroom.pipeline.uploads import ImageVersion, Upload

if TYPE_CHECKING:
    from darkroom.pipeline.originals import Originals
    from darkroom.pipeline.pace import Pace
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sns.type_defs import PublishBatchRequestEntryTypeDef

BATCH = 10  # SNS takes no more messages at a time
_OWNER = re.compile(r"users/([^/]+)/", re.DOTALL)
_GROUP = re.compile(r"[!-~]{1,128}")  # what SQS takes: letters, digits and punctuation of ASCII


def message_group(key: str) -> str:
    """The message group of whatever happens to the object at a key: its owner's identity."""
    owner = _OWNER.match(key)
    name = owner[1] if owner else "nobody"
    return name if _GROUP.fullmatch(name) else hashlib.sha256(name.encode()).hexdigest()


def publish(client: SNSClient, topic: str, body: str, *, key: str) -> None:
    """Publish an event of the object at a key to a topic, with its owner as the message group."""
    client.publish(TopicArn=topic, Message=body, MessageGroupId=message_group(key))


class Relay:
    """Passes messages on: those of a batch together, or one by one at a pace."""

    def __init__(
        self,
        client: SNSClient,
        originals: Originals,
        *,
        uploads_topic: str,
        removals_topic: str,
        pace: Pace | None = None,
    ) -> None:
        self._client = client
        self._originals = originals
        self._pace = pace
        self._topics = {"created": uploads_topic, "removed": removals_topic}
        self._passed: set[str] = set()

    def pass_on_together(self, bodies: Sequence[str]) -> None:
        """Pass a batch of messages on, as far as that can be. Never raises."""
        self._passed = set()
        is_rush = len(bodies) >= BATCH  # more may be waiting
        waiting: dict[str, list[tuple[str, ObjectEvent]]] = {
            topic: [] for topic in self._topics.values()
        }
        for body in bodies:
            with suppress(MalformedMessage):  # it fails alone
                if (event := _first_event(body)) is not None:
                    waiting[self._topics[event.kind]].append((body, event))
        for topic, messages in waiting.items():
            for start in range(0, len(messages), BATCH):
                self._publish_batch(topic, messages[start : start + BATCH], told=not is_rush)

    def pass_on(self, body: str) -> None:
        """Pass a message on, unless it is; what is none of a topic's events ends here.

        Where there is a pace, it ends when the photo does.

        Raises:
            MalformedMessage: the message is not an S3 event notification.
        """
        if body in self._passed:
            return
        event = _first_event(body)
        if event is None:
            return
        image = ImageVersion.of(event)
        with self._turn_of(image):
            message = self._told(body, image)
            publish(self._client, self._topics[event.kind], message, key=event.key)

    def _turn_of(self, image: ImageVersion | None) -> AbstractContextManager[None]:
        if self._pace is None or not isinstance(image, Upload):
            return nullcontext()
        return self._pace.turn_of(image)

    def _told(self, body: str, image: ImageVersion | None) -> str:
        """The message with the kind of what was uploaded; as it is where that cannot be told."""
        if not isinstance(image, Upload):
            return body
        try:
            kind = kind_of(self._originals.head(image))
        except (DarkroomError, *CALL_FAILED) as error:
            logger.info("kind not told: whoever hears of it looks", extra={"reason": repr(error)})
            return body
        return json.dumps({**fields(body), "kind": kind})

    def _publish_batch(
        self, topic: str, messages: Sequence[tuple[str, ObjectEvent]], *, told: bool
    ) -> None:
        """Publish events, each with its message group, and with its kind if that is to be told."""
        entries: list[PublishBatchRequestEntryTypeDef] = [
            {
                "Id": str(index),
                "Message": self._told(body, ImageVersion.of(event)) if told else body,
                "MessageGroupId": message_group(event.key),
            }
            for index, (body, event) in enumerate(messages)
        ]
        try:
            answer = self._client.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
        except CALL_FAILED:
            logger.warning("not passed on together: each of them goes alone", exc_info=True)
            return
        self._passed |= {messages[int(entry["Id"])][0] for entry in answer.get("Successful", [])}


def _first_event(body: str) -> ObjectEvent | None:
    """The event that a message begins with; None for S3's own test."""
    return next(iter(object_events(body)), None)
