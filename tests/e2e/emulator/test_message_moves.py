"""SQS moves what lies in a dead letter queue back to where it came from."""

from __future__ import annotations

import json
import secrets

from botocore.exceptions import ClientError

from local.server import Server
from local.user import wait_for
from tests.e2e.emulator.principals import client, obsolete


def start_move(server: Server) -> tuple[str, str]:
    """Start to move one dead letter; the URL of the queue it came from, and its body."""
    sqs, name = client(server, "sqs"), f"queue-{secrets.token_hex(4)}"
    dead = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]
    policy = {"deadLetterTargetArn": arn["QueueArn"], "maxReceiveCount": 1}
    attributes = {"RedrivePolicy": json.dumps(policy), "VisibilityTimeout": "0"}
    source = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    sqs.send_message(QueueUrl=source, MessageBody=name)
    for _ in range(2):  # once too often
        sqs.receive_message(QueueUrl=source)
    sqs.start_message_move_task(SourceArn=arn["QueueArn"])
    return source, name


def test_dead_letter_is_back_in_its_queue_when_the_patch_is_applied(patched: Server) -> None:
    source, body = start_move(patched)
    sqs = client(patched, "sqs")
    (message,) = wait_for(
        lambda: sqs.receive_message(QueueUrl=source).get("Messages"), what="the message"
    )
    assert message["Body"] == body


def test_action_is_unknown_when_the_patch_is_missing(plain: Server) -> None:
    code = ""
    try:
        start_move(plain)
    except ClientError as error:
        code = error.response["Error"]["Code"]
    assert code == "InvalidAction", obsolete("message_moves")
