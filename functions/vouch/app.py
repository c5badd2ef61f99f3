"""Vouch: let a function sign in as a user for whom it has a pass, and nobody else without password.

Cognito asks it about every sign-in by CUSTOM_AUTH, which one client allows: that of introduce.
"""

from __future__ import annotations

from typing import Any

from darkroom.aws.clients import dynamodb_client
from darkroom.config import VouchConfig, load
from darkroom.observability import logger
from darkroom.people.passes import Passes
from darkroom.pipeline.worker import event_handler

config = load(VouchConfig)
passes = Passes(dynamodb_client(), config.idempotency_table)


def handle(event: dict[str, Any]) -> dict[str, Any]:
    client_id = event["callerContext"]["clientId"]
    granted = passes.redeem(event["userName"], client_id=client_id)
    if not granted:
        logger.warning("sign-in without a password refused", extra={"client_id": client_id})
    event["response"] = {"issueTokens": granted, "failAuthentication": not granted}
    return event


handler = event_handler(handle)
