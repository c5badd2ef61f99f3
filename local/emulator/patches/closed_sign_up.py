"""Nobody signs up with a user pool whose accounts are made by its operators.

AWS refuses SignUp where the pool has AllowAdminCreateUserOnly
(https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUserConfigType.html).
MiniStack keeps the setting and makes the account all the same. Obsolete once such a pool refuses.
"""

from __future__ import annotations

import importlib
from typing import Any


def apply() -> None:
    """Refuse before an account is made."""
    cognito = importlib.import_module("ministack.services.cognito")
    sign_up = cognito._sign_up

    def sign_up_if_open(data: dict[str, Any]) -> Any:
        pools = cognito._user_pools.values()
        if any(is_closed(pool) for pool in pools if data.get("ClientId") in pool["_clients"]):
            return cognito.error_response_json(
                "NotAuthorizedException", "SignUp is not permitted for this user pool", 400
            )
        return sign_up(data)

    vars(cognito)["_sign_up"] = sign_up_if_open


def is_closed(pool: dict[str, Any]) -> bool:
    """Whether only operators make accounts. CloudFormation's values may be text."""
    only = (pool.get("AdminCreateUserConfig") or {}).get("AllowAdminCreateUserOnly", False)
    return str(only).lower() == "true"
