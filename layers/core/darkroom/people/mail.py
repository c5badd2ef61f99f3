"""Publishing to the people's topic: mails, text messages and push, of what is not muted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from darkroom.aws.clients import aws_errors
from darkroom.people.words import Letter

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class Letters:
    """The topic that people's mail addresses, telephones and devices subscribe to."""

    def __init__(self, client: SNSClient, *, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def send(
        self, identity_id: str, letter: Letter, notifications: Sequence[Mapping[str, Any]]
    ) -> None:
        """Publish a message to a user about notifications of theirs."""
        body = {
            "identity_id": identity_id,
            "kind": letter.kind,
            "message": letter.text,
            "notifications": [each["notification_id"] for each in notifications],
        }
        variants = {
            "default": json.dumps(body, ensure_ascii=False),
            "email": letter.text,
            "sms": f"Darkroom: {letter.subject}",
        }
        with aws_errors():
            self._client.publish(
                TopicArn=self._topic_arn,
                Subject=letter.subject,
                MessageStructure="json",
                Message=json.dumps(variants),
                MessageAttributes={
                    "user": {"DataType": "String", "StringValue": identity_id},
                    "kind": {"DataType": "String", "StringValue": letter.kind},
                },
            )
