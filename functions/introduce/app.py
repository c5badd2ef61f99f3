"""Introduce: learn which identity a login has, as soon as it signs in for the first time."""

from __future__ import annotations

import json

from darkroom.aws.clients import cognito_identity_client, cognito_idp_client, dynamodb_client
from darkroom.aws.cognito import IdentityPool, UserPool
from darkroom.aws.errors import LoginGone
from darkroom.config import IntroduceConfig, load
from darkroom.observability import logger
from darkroom.people.newcomers import Introductions
from darkroom.people.passes import Passes
from darkroom.people.profiles import People
from darkroom.pipeline.worker import sqs_handler
from darkroom.repair.failures import Failures

config = load(IntroduceConfig)
dynamodb = dynamodb_client()
introductions = Introductions(
    People(dynamodb, table=config.people_table),
    Passes(dynamodb, config.idempotency_table),
    UserPool(
        cognito_idp_client(),
        user_pool_id=config.user_pool_id,
        client_id=config.introduction_client_id,
    ),
    IdentityPool(
        cognito_identity_client(),
        identity_pool_id=config.identity_pool_id,
        provider=config.user_pool_provider,
    ),
    client_id=config.introduction_client_id,
)


def process_message(body: str) -> None:
    login = json.loads(body)
    try:
        learned = introductions.introduce(subject=login["subject"], user=login["user"])
    except LoginGone as reason:
        logger.info("login is gone: its identity is not asked for", extra={"reason": str(reason)})
        return
    if learned:
        logger.info("identity of a login learned", extra={"subject": login["subject"]})


handler = sqs_handler(
    process_message,
    Failures(dynamodb, config.idempotency_table),
    prepare=introductions.begin,
)
