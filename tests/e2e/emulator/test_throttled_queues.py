"""A message whose function is throttled is processed as soon as there is room."""

from __future__ import annotations

import json
import secrets
import time

from local.server import Server
from tests.e2e.emulator.functions import create_function, feed
from tests.e2e.emulator.principals import client, obsolete

BUSY_SECONDS = 4
HIDDEN_SECONDS = 60
BUSY = f"import time\ndef handler(event, context):\n    time.sleep({BUSY_SECONDS})\n"
DONE = "def handler(event, context):\n    return {}\n"


def seconds_until_processed(server: Server, most: float) -> float:
    """How long a message waits, up to `most`, that comes while nothing more can be run."""
    sqs, functions = client(server, "sqs"), client(server, "lambda")
    url = sqs.create_queue(
        QueueName=f"queue-{secrets.token_hex(4)}",
        Attributes={"VisibilityTimeout": str(HIDDEN_SECONDS)},
    )["QueueUrl"]
    busy, _ = create_function(server, BUSY, Timeout=30)
    reader, _ = create_function(server, DONE)
    feed(server, reader, url, BatchSize=1)
    functions.invoke(FunctionName=busy, InvocationType="Event", Payload=b"{}")
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps({}))
    began = time.monotonic()
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    while time.monotonic() - began < most:
        waiting = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        if not any(int(count) for count in waiting.values()):
            break
        time.sleep(0.1)
    return time.monotonic() - began


def test_message_is_processed_soon_when_it_was_throttled_at_first() -> None:
    with Server("test-throttled", account_concurrency=1) as server:
        most = HIDDEN_SECONDS * 3 / 4
        assert BUSY_SECONDS - 1 < seconds_until_processed(server, most) < most


def test_message_stays_hidden_when_it_was_throttled_and_the_patch_is_missing() -> None:
    with Server("test-throttled-plain", plain=True, account_concurrency=1) as server:
        most = HIDDEN_SECONDS / 3
        assert seconds_until_processed(server, most) >= most, obsolete("throttled_queues")
