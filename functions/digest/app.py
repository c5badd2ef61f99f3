"""Digest: mail a person once about what happened to their photos together."""

from __future__ import annotations

import json

from darkroom.aws.clients import dynamodb_client, sns_client
from darkroom.config import DigestConfig, load
from darkroom.errors import DarkroomError
from darkroom.people.digests import Digests
from darkroom.people.inbox import Inbox
from darkroom.people.mail import MailTopic
from darkroom.people.profiles import People
from darkroom.pipeline.worker import sqs_handler
from darkroom.repair.failures import Failures

config = load(DigestConfig)
dynamodb = dynamodb_client()
digests = Digests(
    Inbox(dynamodb, table=config.notifications_table),
    People(dynamodb, table=config.people_table),
    MailTopic(sns_client(), topic_arn=config.messages_topic_arn),
    reminder_minutes=config.reminder_minutes,
)


class NoNotificationError(DarkroomError):
    """A message that notify did not publish: it ends as a dead letter."""


def process(body: str) -> None:
    try:
        notification = json.loads(body)
        owner, identifier = notification["identity_id"], notification["notification_id"]
    except (ValueError, TypeError, KeyError) as error:
        raise NoNotificationError("The message is not one of notify's.") from error
    digests.mail(owner, identifier)


handler = sqs_handler(process, Failures(dynamodb, config.idempotency_table))
