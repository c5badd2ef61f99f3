"""Remind: mail a person once about notifications that they have not looked at for a while."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from darkroom.aws.clients import dynamodb_client, sns_client
from darkroom.config import RemindConfig, load
from darkroom.observability import count
from darkroom.people.digests import Reminders
from darkroom.people.inbox import Inbox
from darkroom.people.mail import MailTopic
from darkroom.people.profiles import People
from darkroom.pipeline.worker import event_handler

config = load(RemindConfig)
dynamodb = dynamodb_client()
reminders = Reminders(
    Inbox(dynamodb, table=config.notifications_table),
    People(dynamodb, table=config.people_table),
    MailTopic(sns_client(), topic_arn=config.messages_topic_arn),
)


def handle(_event: dict[str, Any]) -> None:
    count("RemindersSent", reminders.send_due(datetime.now(UTC)))


handler = event_handler(handle)
