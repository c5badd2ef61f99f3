"""The messages of a batch keep their groups."""

from __future__ import annotations

import secrets

from local.server import Server
from local.subscriptions import subscribe
from tests.e2e.emulator.principals import client, obsolete


def groups_of_a_batch(server: Server) -> dict[str, str | None]:
    """With which groups the messages of a batch arrive in a standard queue, by message."""
    name, sqs, sns = f"b-{secrets.token_hex(4)}", client(server, "sqs"), client(server, "sns")
    topic = sns.create_topic(Name=name)["TopicArn"]
    url = subscribe(server.client, topic, name).url
    entries = [
        {"Id": "0", "Message": "ann's", "MessageGroupId": "ann"},
        {"Id": "1", "Message": "bob's", "MessageGroupId": "bob"},
        {"Id": "2", "Message": "nobody's"},
    ]
    sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
    received = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
    )["Messages"]
    return {message["Body"]: message["Attributes"].get("MessageGroupId") for message in received}


def test_messages_keep_their_groups_when_they_are_published_in_a_batch(patched: Server) -> None:
    assert groups_of_a_batch(patched) == {"ann's": "ann", "bob's": "bob", "nobody's": None}


def test_groups_of_a_batch_are_lost_when_the_patch_is_missing(plain: Server) -> None:
    assert set(groups_of_a_batch(plain).values()) == {None}, obsolete("publish_batch")
