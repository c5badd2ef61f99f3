"""Cognito issues no token when the function that it asks before fails, or cannot run.

AWS answers with an error (https://docs.aws.amazon.com/cognito/latest/developerguide/
cognito-user-pools-working-with-lambda-triggers.html), and so a user pool whose function is gone or
throttled signs nobody in. MiniStack issues the token as if the function had nothing to add, unless
it is told to be strict; then the request ends as a fault of its own. Obsolete once a pool whose
function fails answers with an error of Cognito's.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from typing import Any


class TriggerFailedError(Exception):
    """The function before the token did not answer."""


def apply() -> None:
    """Ask strictly, and answer with an error where the function failed."""
    os.environ["MINISTACK_COGNITO_PRETOKEN_STRICT"] = "true"
    cognito = importlib.import_module("ministack.services.cognito")
    ask, dispatch = cognito._apply_pretoken_trigger, cognito._dispatch_idp

    def ask_or_fail(*arguments: Any, **options: Any) -> Any:
        try:
            return ask(*arguments, **options)
        except Exception as error:  # whatever it is, there is no token
            raise TriggerFailedError(str(error)) from error

    async def dispatch_or_refuse(action: str, data: Mapping[str, Any]) -> Any:
        try:
            return await dispatch(action, data)
        except TriggerFailedError as error:
            message = f"PreTokenGeneration failed with error {error}."
            return cognito.error_response_json("UnexpectedLambdaException", message, 400)

    vars(cognito)["_apply_pretoken_trigger"] = ask_or_fail
    vars(cognito)["_dispatch_idp"] = dispatch_or_refuse
