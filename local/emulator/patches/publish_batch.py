"""Whoever may publish to a topic may publish a batch: there is no action sns:PublishBatch.

AWS: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html knows
Publish alone. MiniStack asks a policy for sns:PublishBatch, which none can grant on AWS. Obsolete
once a role with sns:Publish publishes a batch.
"""

from __future__ import annotations

import importlib


def apply() -> None:
    """Ask a policy for sns:Publish when a batch is published."""
    actions = importlib.import_module("ministack.core.iam_actions")
    known_action = actions.extract_iam_action

    def extract_iam_action(service: str, *arguments: object) -> str | None:
        action: str | None = known_action(service, *arguments)
        return "sns:Publish" if action == "sns:PublishBatch" else action

    vars(actions)["extract_iam_action"] = extract_iam_action
