"""Admit: write into an ID token whether its user may upload, when Cognito is about to issue it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from darkroom.aws.clients import dynamodb_client, sns_client
from darkroom.aws.errors import CALL_FAILED
from darkroom.config import AdmitConfig, load
from darkroom.observability import logger
from darkroom.people.newcomers import Newcomers
from darkroom.people.passes import Passes
from darkroom.people.profiles import MOST_FORMER, People
from darkroom.pipeline.worker import event_handler
from darkroom.quota.admission import UploadGate
from darkroom.quota.tally import QuotaLimits
from darkroom.states import Admission

# The identity pool makes tags of these, on which the users' policy depends.
CLAIM = "admission"
IDENTITY_CLAIM = "identity"
WELCOME = timedelta(days=1)  # for a login whose identity, and so its usage, is not known yet

config = load(AdmitConfig)
limits = QuotaLimits.of(config)
dynamodb = dynamodb_client()
people = People(dynamodb, table=config.people_table)
gate = UploadGate(
    dynamodb,
    usage_table=config.usage_table,
    period=config.quota_period,
    limits=limits,
)
newcomers = Newcomers(
    dynamodb,
    sns_client(),
    Passes(dynamodb, config.idempotency_table),
    table=config.idempotency_table,
    topic=config.logins_topic_arn,
)


def claims_of(subject: str, user: str) -> dict[str, str]:
    identities = people.identities_of(subject)
    if identities:
        admission, is_in_use = gate.check(*identities)
        # From now on this login uploads under no other identity.
        if is_in_use or len(identities) > MOST_FORMER:
            return {CLAIM: admission, IDENTITY_CLAIM: identities[0]}
    return {CLAIM: welcome_of(subject, user, is_known=bool(identities))}


def welcome_of(subject: str, user: str, *, is_known: bool) -> Admission:
    try:
        since = newcomers.announce(subject=subject, user=user)
    except CALL_FAILED:  # nobody is kept from signing in by this; the next token asks again
        logger.warning("newcomer not announced: their identity stays unknown", exc_info=True)
        return Admission.OPEN
    welcome = is_known or not limits.are_enforced or datetime.now(UTC) - since < WELCOME
    return Admission.OPEN if welcome else Admission.UNKNOWN


def handle(event: dict[str, Any]) -> dict[str, Any]:
    claims = claims_of(event["request"]["userAttributes"]["sub"], event["userName"])
    event["response"] = {"claimsOverrideDetails": {"claimsToAddOrOverride": claims}}
    return event


handler = event_handler(handle)
