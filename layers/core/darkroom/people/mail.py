"""The topic for people: mails, text messages and push, of what they have not muted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from darkroom.people.words import Mail

if TYPE_CHECKING:
    from darkroom.model import NotificationItem
    from mypy_boto3_sns import SNSClient


class MailTopic:
    """The topic that people's mail addresses, telephones and devices subscribe to."""

    def __init__(self, client: SNSClient, *, topic_arn: str) -> None:
        self._client = client
        self._topic_arn = topic_arn

    def send(self, identity_id: str, mail: Mail, notifications: Sequence[NotificationItem]) -> None:
        """Publish a mail to a user about notifications of theirs."""
        body = {
            "identity_id": identity_id,
            "kind": mail.kind,
            "message": mail.text,
            "notifications": [each["notification_id"] for each in notifications],
        }
        variants = {
            "default": json.dumps(body, ensure_ascii=False),
            "email": mail.text,
            "sms": f"Darkroom: {mail.subject}",
        }
        self._client.publish(
            TopicArn=self._topic_arn,
            Subject=mail.subject,
            MessageStructure="json",
            Message=json.dumps(variants),
            MessageAttributes={
                "user": {"DataType": "String", "StringValue": identity_id},
                "kind": {"DataType": "String", "StringValue": mail.kind},
            },
        )
