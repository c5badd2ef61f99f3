"""A queue of one's own that gets what a topic publishes."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Subscription:
    """A new queue, and its subscription to a topic."""

    url: str
    arn: str


def subscribe(
    client: Callable[[str], Any], topic: str, queue: str, **attributes: str
) -> Subscription:
    """A new queue of this name that gets a topic's messages as they were published.

    `client` gives the client of a service; `attributes` are the subscription's, such as a
    FilterPolicy.
    """
    sqs = client("sqs")
    url = sqs.create_queue(QueueName=queue)["QueueUrl"]
    described = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    admit = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": described["QueueArn"],
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [admit]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    made = client("sns").subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=described["QueueArn"],
        Attributes={"RawMessageDelivery": "true", **attributes},
        ReturnSubscriptionArn=True,
    )
    return Subscription(url, made["SubscriptionArn"])
