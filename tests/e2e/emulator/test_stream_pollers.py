"""A queue's message is processed while a stream's function runs."""

from __future__ import annotations

import json
import secrets
import time
from pathlib import Path
from typing import Any

from local.server import Server
from tests.e2e.emulator.functions import create_function, feed
from tests.e2e.emulator.principals import client, obsolete

BUSY_SECONDS = 8
# It leaves a file when it begins, and another when it ends.
BUSY = """
import pathlib, time
def handler(event, context):
    pathlib.Path("{begun}").touch()
    time.sleep({seconds})
    pathlib.Path("{ended}").touch()
"""
DONE = "def handler(event, context):\n    return {}\n"


def waits_for_the_stream(server: Server, folder: Path) -> bool:
    """Whether a message that comes while a stream's function runs waits until it has ended."""
    begun, ended = folder / "begun", folder / "ended"
    table = streamed_table(server, BUSY.format(begun=begun, seconds=BUSY_SECONDS, ended=ended))
    sqs, url = client(server, "sqs"), read_queue(server)
    client(server, "dynamodb").put_item(TableName=table, Item={"id": {"S": "a"}})
    while not begun.exists():
        time.sleep(0.1)
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps({}))
    while is_there(sqs, url) and not ended.exists():
        time.sleep(0.1)
    return ended.exists()


def is_there(sqs: Any, url: str) -> bool:
    """Whether a queue has a message, be it in work."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return any(int(count) for count in found.values())


def streamed_table(server: Server, source: str) -> str:
    """A table whose changes wake a function."""
    name, dynamodb = f"table-{secrets.token_hex(4)}", client(server, "dynamodb")
    made = dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    woken, _ = create_function(server, source, Timeout=30)
    client(server, "lambda").create_event_source_mapping(
        FunctionName=woken,
        EventSourceArn=made["TableDescription"]["LatestStreamArn"],
        StartingPosition="TRIM_HORIZON",
    )
    return name


def read_queue(server: Server) -> str:
    """A queue whose messages a function takes."""
    queue = client(server, "sqs").create_queue(QueueName=f"queue-{secrets.token_hex(4)}")
    url = str(queue["QueueUrl"])
    reader, _ = create_function(server, DONE)
    feed(server, reader, url)
    return url


def test_message_waits_for_no_stream_when_its_function_is_busy(
    patched: Server, tmp_path: Path
) -> None:
    assert not waits_for_the_stream(patched, tmp_path)


def test_message_waits_for_a_stream_when_the_patch_is_missing(
    plain: Server, tmp_path: Path
) -> None:
    assert waits_for_the_stream(plain, tmp_path), obsolete("stream_pollers")
