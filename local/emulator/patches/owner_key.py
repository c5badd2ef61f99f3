"""The cloud's owner is who has the key that this launch made, and signs with its secret.

Everybody knows the key ids that MiniStack takes for its owner's: `test`, or any twelve digits; and
it does not check what the owner signs. It also lets S3 list and make buckets for nobody. AWS does
neither, and checks every signature. Obsolete once a request is refused that is signed with the key
`test`, or that asks for the list of buckets without a signature.
"""

from __future__ import annotations

import importlib
import os
from typing import Any

_NEVER_ANONYMOUS = frozenset({"s3:ListAllMyBuckets", "s3:CreateBucket"})


def apply() -> None:
    """Let the configured key alone be the owner's, and check its signatures like any other."""
    evaluator = importlib.import_module("ministack.core.iam_evaluator")
    accounts = importlib.import_module("ministack.core.responses")
    sessions = importlib.import_module("ministack.services.sts")
    for module in (evaluator, sessions):
        vars(module)["is_root_access_key"] = is_owner
    # It says which signatures need no check. Who else asks it wants to know of the owner.
    vars(evaluator)["_is_root_key"] = lambda _access_key_id: False
    identify = evaluator.resolve_caller_identity

    def resolve_caller_identity(access_key_id: str) -> dict[str, Any] | None:
        if is_owner(access_key_id):
            account: str = accounts.get_account_id()
            return {
                "accessKey": access_key_id,
                "accountId": account,
                "userArn": f"arn:aws:iam::{account}:root",
                "userId": account,
                "principalOrgId": evaluator._principal_org_id(account),
                "session": None,
            }
        found: dict[str, Any] | None = identify(access_key_id)
        return found

    vars(evaluator)["resolve_caller_identity"] = resolve_caller_identity
    enforce = evaluator.enforce

    def enforce_signed(
        access_key_id: str, action: str, service: str, *arguments: Any, **options: Any
    ) -> Any:
        if not access_key_id and action in _NEVER_ANONYMOUS:
            return evaluator.AuthError("AccessDenied", "Access Denied")
        return enforce(access_key_id, action, service, *arguments, **options)

    vars(evaluator)["enforce"] = enforce_signed


def is_owner(access_key_id: str) -> bool:
    """Whether a key id is the one that this emulator was started with.

    A request without any is no owner's: it passes here, and is refused where a signature is needed.
    """
    return access_key_id in ("", os.environ["AWS_ACCESS_KEY_ID"])
