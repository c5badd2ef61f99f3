"""Whoever may send, hide or publish one message may do so with many in one request."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pytest

from local.server import Server
from tests.e2e.emulator.principals import client, is_refused, obsolete, role_credentials


def is_publishing_refused(server: Server, action: str) -> bool:
    """Whether a role that has this action on a topic is refused to publish a batch to it."""
    topic = client(server, "sns").create_topic(Name=f"t-{secrets.token_hex(4)}")["TopicArn"]
    granted = {"Effect": "Allow", "Action": action, "Resource": topic}
    publisher = client(server, "sns", role_credentials(server, [granted]))
    return is_refused(
        lambda: publisher.publish_batch(
            TopicArn=topic, PublishBatchRequestEntries=[{"Id": "0", "Message": "a"}]
        )
    )


def is_showing_refused(server: Server, action: str) -> bool:
    """Whether a role that has this action on a queue is refused to show messages in a batch."""
    sqs = client(server, "sqs")
    url = sqs.create_queue(QueueName=f"b-{secrets.token_hex(4)}")["QueueUrl"]
    queue = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    sqs.send_message(QueueUrl=url, MessageBody="a")
    received = sqs.receive_message(QueueUrl=url)["Messages"][0]
    granted = {"Effect": "Allow", "Action": action, "Resource": queue["QueueArn"]}
    reader = client(server, "sqs", role_credentials(server, [granted]))
    entry = {"Id": "0", "ReceiptHandle": received["ReceiptHandle"], "VisibilityTimeout": 0}
    return is_refused(lambda: reader.change_message_visibility_batch(QueueUrl=url, Entries=[entry]))


BATCHES = pytest.mark.parametrize(
    ("is_batch_refused", "action", "other"),
    [
        (is_publishing_refused, "sns:Publish", "sns:GetTopicAttributes"),
        (is_showing_refused, "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"),
    ],
)
Batch = Callable[[Server, str], bool]


@BATCHES
def test_batch_is_allowed_when_a_role_has_the_action_of_one(
    patched: Server, is_batch_refused: Batch, action: str, other: str
) -> None:
    assert not is_batch_refused(patched, action)
    assert is_batch_refused(patched, other)


@BATCHES
def test_batch_is_refused_although_a_role_has_the_action_of_one_when_the_patch_is_missing(
    plain: Server, is_batch_refused: Batch, action: str, other: str
) -> None:
    assert is_batch_refused(plain, action), obsolete("batch_actions")
