"""A batch is published as its messages would be one by one.

AWS: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html knows
the action Publish alone, and a message's group reaches standard queues from a batch as well.
MiniStack asks a policy for sns:PublishBatch, which none can grant on AWS, and drops the groups of a
batch for a standard topic. Obsolete once a role with sns:Publish publishes a batch whose messages
arrive with their groups.
"""

from __future__ import annotations

import contextvars
import importlib
from typing import Any


def apply() -> None:
    """Ask a policy for sns:Publish, and keep the groups."""
    actions = importlib.import_module("ministack.core.iam_actions")
    sns = importlib.import_module("ministack.services.sns")
    known_action = actions.extract_iam_action
    parse, fan_out = sns._parse_batch_entries, sns._fanout
    # By the message, within the request that publishes a batch.
    groups: contextvars.ContextVar[dict[str, str]] = contextvars.ContextVar("groups")

    def extract_iam_action(service: str, *arguments: object) -> str | None:
        action: str | None = known_action(service, *arguments)
        return "sns:Publish" if action == "sns:PublishBatch" else action

    def parse_batch_entries(params: Any) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = parse(params)
        groups.set({entry["message"]: entry["message_group_id"] for entry in entries})
        return entries

    def fanout(topic_arn: str, message_id: str, message: str, *rest: Any, **named: Any) -> None:
        named.setdefault("message_group_id", groups.get({}).get(message, ""))
        fan_out(topic_arn, message_id, message, *rest, **named)

    vars(actions)["extract_iam_action"] = extract_iam_action
    vars(sns)["_parse_batch_entries"] = parse_batch_entries
    vars(sns)["_fanout"] = fanout
