"""A quiet tenant's message overtakes those of a noisy one, sent through a topic."""

from __future__ import annotations

import secrets

from local.server import Server
from local.subscriptions import subscribe
from tests.e2e.emulator.principals import client, obsolete

NOISY = 20  # messages, half of which are in flight


def handed_out_next(server: Server) -> str:
    """The tenant of the message that is handed out after one has sent many and another one."""
    name, sqs, sns = f"q-{secrets.token_hex(4)}", client(server, "sqs"), client(server, "sns")
    topic = sns.create_topic(Name=name)["TopicArn"]
    url = subscribe(server.client, topic, name).url
    for tenant in (*["noisy"] * NOISY, "quiet"):
        sns.publish(TopicArn=topic, Message=tenant, MessageGroupId=tenant)
    sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=NOISY // 2)
    [message] = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=1, MessageSystemAttributeNames=["MessageGroupId"]
    )["Messages"]
    assert message["Attributes"]["MessageGroupId"] == message["Body"]
    return str(message["Body"])


def test_quiet_tenant_is_next_when_another_has_all_the_consumers_time(patched: Server) -> None:
    assert handed_out_next(patched) == "quiet"


def test_noisy_tenant_is_next_when_the_patch_is_missing(plain: Server) -> None:
    assert handed_out_next(plain) == "noisy", obsolete("fair_queues")
