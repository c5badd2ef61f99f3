"""Admit: write into an ID token whether its user may upload, when Cognito is about to issue it."""

from __future__ import annotations

from typing import Any

from darkroom.aws.clients import dynamodb_client
from darkroom.config import AdmitConfig, load
from darkroom.people.profiles import People
from darkroom.pipeline.worker import event_handler
from darkroom.quota.admission import UploadGate
from darkroom.quota.tally import QuotaLimits
from darkroom.states import Admission

CLAIM = "admission"  # the identity pool makes a tag of it, on which the users' policy depends

config = load(AdmitConfig)
dynamodb = dynamodb_client()
people = People(dynamodb, table=config.people_table)
gate = UploadGate(
    dynamodb,
    usage_table=config.usage_table,
    period=config.quota_period,
    limits=QuotaLimits.of(config),
)


def handle(event: dict[str, Any]) -> dict[str, Any]:
    identity_id = people.identity_of(event["request"]["userAttributes"]["sub"])
    # Users who never opened the live socket have no row in PeopleTable yet: they are admitted here,
    # and the ledger still charges each of their uploads.
    admission = Admission.OPEN if identity_id is None else gate.check(identity_id)
    event["response"] = {"claimsOverrideDetails": {"claimsToAddOrOverride": {CLAIM: admission}}}
    return event


handler = event_handler(handle)
