"""A role that may publish to a topic publishes a batch, and no other role does."""

from __future__ import annotations

import secrets

from local.server import Server
from tests.e2e.emulator.principals import client, is_refused, obsolete, role_credentials


def is_batch_refused(server: Server, action: str) -> bool:
    """Whether a role that has this action on a topic is refused to publish a batch to it."""
    topic = client(server, "sns").create_topic(Name=f"t-{secrets.token_hex(4)}")["TopicArn"]
    granted = {"Effect": "Allow", "Action": action, "Resource": topic}
    publisher = client(server, "sns", role_credentials(server, [granted]))
    return is_refused(
        lambda: publisher.publish_batch(
            TopicArn=topic, PublishBatchRequestEntries=[{"Id": "0", "Message": "a"}]
        )
    )


def test_batch_is_published_when_a_role_may_publish(patched: Server) -> None:
    assert not is_batch_refused(patched, "sns:Publish")


def test_batch_is_refused_when_a_role_may_not_publish(patched: Server) -> None:
    assert is_batch_refused(patched, "sns:GetTopicAttributes")


def test_batch_is_refused_although_a_role_may_publish_when_the_patch_is_missing(
    plain: Server,
) -> None:
    assert is_batch_refused(plain, "sns:Publish"), obsolete("publish_batch")
