"""What a dead letter is about."""

from __future__ import annotations

import json
from typing import Any

import pytest

from operations.dead_letters import DeadLetter, subject
from operations.queues import Message, WorkQueue

OWNER = "eu-central-1:1"


@pytest.mark.parametrize(
    ("message", "image", "user"),
    [
        ({"identity_id": OWNER, "image": f"users/{OWNER}/a.jpg"}, f"users/{OWNER}/a.jpg", OWNER),
        ({"identity_id": OWNER, "rebuild": True}, "", OWNER),
        ({"identity_id": OWNER, "notification_id": "1"}, "", OWNER),
        ({"subject": "s", "user": "ann"}, "", ""),
    ],
)
def test_image_or_owner_is_named(message: dict[str, Any], image: str, user: str) -> None:
    body = json.dumps(message)
    assert subject(body, "processed") == (image, "")
    queue, received = WorkQueue("index", "i", "d"), Message("1", "r", body, 0, {})
    assert DeadLetter(queue, received, image, "", None).user == user


def test_what_is_about_nothing_is_said_to_be_so() -> None:
    image, fault = subject('{"hello": "world"}', "processed")
    assert (image, fault.partition(":")[0]) == ("", "not an event of S3")
