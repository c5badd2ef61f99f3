"""Follow: an answer that was accepted is told to the catalogue's queue."""

from __future__ import annotations

import json

import boto3

from tests.functional.conftest import World, lambda_context
from tests.functional.pipeline import drained


def test_queue_is_told_whose_notification_was_answered_and_of_nothing_else(world: World) -> None:
    url = boto3.client("sqs").create_queue(QueueName="catalogue")["QueueUrl"]
    app = world.load("follow", QUEUE_URL=url)
    abouts = ["file/a.jpg", "2026-11-24T08:31:00.000Z-0123", "in/abcdefghij01/a.jpg"]
    records = [
        {
            "eventName": "REMOVE",
            "dynamodb": {"Keys": {"identity_id": {"S": "ann"}, "about": {"S": about}}},
        }
        for about in abouts
    ]

    app.handler({"Records": records}, lambda_context())

    assert [json.loads(body) for body in drained(url)] == [
        {"identity_id": "ann", "notification_id": "2026-11-24T08:31:00.000Z-0123"}
    ]
