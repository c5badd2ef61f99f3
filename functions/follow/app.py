"""Follow: tell the catalogue's queue which notifications their owners have answered.

`accept` deletes an answer once it has noted what is valid of it: that deletion is what comes here.
"""

from __future__ import annotations

import json
from typing import Any

from darkroom.aws.attribute_values import from_item
from darkroom.aws.clients import sqs_client
from darkroom.config import FollowConfig, load
from darkroom.people.answers import is_about_notification
from darkroom.pipeline.worker import stream_handler

config = load(FollowConfig)
sqs = sqs_client()


def process(change: dict[str, Any]) -> None:
    key = from_item(change["Keys"])
    if not is_about_notification(key["about"]):
        return  # but about files and albums, which the catalogue does not have
    answered = {"identity_id": key["identity_id"], "notification_id": key["about"]}
    sqs.send_message(QueueUrl=config.queue_url, MessageBody=json.dumps(answered))


handler = stream_handler(process)
