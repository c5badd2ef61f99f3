"""Admit: write into an ID token whether its user may upload, when Cognito is about to issue it."""

from __future__ import annotations

from typing import Any

from darkroom.aws.clients import dynamodb_client
from darkroom.config import AdmitConfig, load
from darkroom.people.profiles import People
from darkroom.pipeline.worker import event_handler
from darkroom.quota.admission import OPEN, Door
from darkroom.quota.ledger import Limits

CLAIM = "admission"  # the identity pool makes a tag of it, on which the users' policy depends

config = load(AdmitConfig)
dynamodb = dynamodb_client()
people = People(dynamodb, table=config.people_table)
door = Door(
    dynamodb,
    usage_table=config.usage_table,
    period=config.quota_period,
    limits=Limits.of(config),
)


def answer(event: dict[str, Any]) -> dict[str, Any]:
    identity_id = people.identity_of(event["request"]["userAttributes"]["sub"])
    # Whoever has never followed their photos is not known here; the ledger still counts them.
    admission = OPEN if identity_id is None else door.admission(identity_id)
    event["response"] = {"claimsOverrideDetails": {"claimsToAddOrOverride": {CLAIM: admission}}}
    return event


handler = event_handler(answer)
