"""A batch is allowed by the action of one, as SNS and SQS have no actions for batches.

AWS: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html and
list_amazonsns.html know ChangeMessageVisibility, DeleteMessage, SendMessage and Publish alone.
MiniStack asks a policy for sqs:ChangeMessageVisibilityBatch and the like, which none can grant on
AWS. Obsolete once a role with the action of one message may send the request for many.
"""

from __future__ import annotations

import importlib

_SERVICES = ("sns:", "sqs:")


def apply() -> None:
    """Ask a policy for the action of one."""
    actions = importlib.import_module("ministack.core.iam_actions")
    known_action = actions.extract_iam_action

    def extract_iam_action(service: str, *arguments: object) -> str | None:
        action: str | None = known_action(service, *arguments)
        return action.removesuffix("Batch") if action and action.startswith(_SERVICES) else action

    vars(actions)["extract_iam_action"] = extract_iam_action
