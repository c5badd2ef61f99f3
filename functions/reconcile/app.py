"""Reconcile: on a schedule, find uploads whose events or outputs were lost, and mend them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from darkroom.aws.clients import cognito_idp_client, dynamodb_client, s3_client, sns_client
from darkroom.aws.cognito import Accounts
from darkroom.config import ReconcileConfig, load
from darkroom.observability import count, logger, with_metrics
from darkroom.repair.halt import Halt
from darkroom.repair.reconcile.sweep import sweep_of

SPARE_MILLISECONDS = 30_000  # to finish the stretch of keys that is being examined when time is up
# What is found in every run is no metric: CloudWatch charges for one by the hour.
METRICS = (
    "Unseen", "Unfinished", "Uncharged", "Incomplete", "Vanished", "Orphaned", "Republished",
    "Removed", "Waiting", "Stuck", "UsageMended", "Halted", "Overlapped", "Unreachable",
)  # fmt: skip

config = load(ReconcileConfig)
dynamodb = dynamodb_client()
sweep = sweep_of(
    config,
    s3=s3_client(),
    dynamodb=dynamodb,
    sns=sns_client(),
    accounts=Accounts(cognito_idp_client(), user_pool_id=config.user_pool_id),
    halt=Halt(dynamodb, config.idempotency_table),
    grace=timedelta(seconds=config.reconcile_grace_seconds),
)


@with_metrics
@logger.inject_lambda_context(clear_state=True)
def handler(_: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """What one run found, as its log line and the metrics say it."""
    found = sweep.run(
        context.aws_request_id,
        at_most=config.reconcile_max_images,
        seconds=context.get_remaining_time_in_millis() / 1000,
        time_is_up=lambda: context.get_remaining_time_in_millis() < SPARE_MILLISECONDS,
    )
    logger.info("run finished", extra={"found": found})
    for name in METRICS:
        count(name, found.get(name, 0))
    return found
