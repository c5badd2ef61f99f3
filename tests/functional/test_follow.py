"""Follow: an answer that was accepted is told to the catalogue's queue."""

from __future__ import annotations

import json

import boto3

from tests.functional.conftest import World, lambda_context
from tests.functional.pipeline import drained


def test_queue_is_told_whose_notification_was_answered(world: World) -> None:
    url = boto3.client("sqs").create_queue(QueueName="catalogue")["QueueUrl"]
    app = world.load("follow", QUEUE_URL=url)
    keys = {"identity_id": {"S": "ann"}, "about": {"S": "2026-11-24T08:31:00.000Z-0123"}}
    event = {"Records": [{"eventName": "REMOVE", "dynamodb": {"Keys": keys}}]}

    app.handler(event, lambda_context())

    assert [json.loads(body) for body in drained(url)] == [
        {"identity_id": "ann", "notification_id": "2026-11-24T08:31:00.000Z-0123"}
    ]
