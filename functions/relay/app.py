"""Relay: pass S3's events on to the topics, each with its owner and the kind of its file."""

from __future__ import annotations

from darkroom.aws.clients import dynamodb_client, s3_client, sns_client
from darkroom.config import RelayConfig, load
from darkroom.pipeline.originals import Originals
from darkroom.pipeline.pace import Pace
from darkroom.pipeline.records import ImageRecords
from darkroom.pipeline.relay import Relay
from darkroom.pipeline.worker import sqs_handler
from darkroom.repair.failures import Failures

config = load(RelayConfig)
dynamodb = dynamodb_client()
pace = (
    Pace(ImageRecords.of(dynamodb, config), dynamodb, table=config.idempotency_table)
    if config.small_account == "true"
    else None
)
relay = Relay(
    sns_client(),
    Originals(s3_client()),
    uploads_topic=config.uploads_topic_arn,
    removals_topic=config.removals_topic_arn,
    pace=pace,
)

handler = sqs_handler(
    relay.pass_on,
    Failures(dynamodb, config.idempotency_table),
    together=None if pace else relay.pass_on_together,
)
