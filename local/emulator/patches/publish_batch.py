"""The messages of a batch keep their groups, as they do when they are published one by one.

AWS passes a message's group on to standard queues. MiniStack drops the groups of a batch for a
standard topic. Obsolete once a batch's messages arrive with their groups.
"""

from __future__ import annotations

import contextvars
import importlib
from typing import Any


def apply() -> None:
    """Keep the groups."""
    sns = importlib.import_module("ministack.services.sns")
    parse, fan_out = sns._parse_batch_entries, sns._fanout
    # By the message, within the request that publishes a batch.
    groups: contextvars.ContextVar[dict[str, str]] = contextvars.ContextVar("groups")

    def parse_batch_entries(params: Any) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = parse(params)
        groups.set({entry["message"]: entry["message_group_id"] for entry in entries})
        return entries

    def fanout(topic_arn: str, message_id: str, message: str, *rest: Any, **named: Any) -> None:
        named.setdefault("message_group_id", groups.get({}).get(message, ""))
        fan_out(topic_arn, message_id, message, *rest, **named)

    vars(sns)["_parse_batch_entries"] = parse_batch_entries
    vars(sns)["_fanout"] = fanout
