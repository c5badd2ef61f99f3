"""Ask: answer what owners ask of their own tables."""

from __future__ import annotations

from darkroom.athena.counts import Counts
from darkroom.athena.desk import Desk
from darkroom.athena.owner import OwnersRole
from darkroom.aws.clients import dynamodb_client, sts_client
from darkroom.config import AskConfig, load
from darkroom.pipeline.worker import event_handler

config = load(AskConfig)
desk = Desk(
    OwnersRole(sts_client(), config.owner_role_arn, workgroup=config.workgroup),
    Counts(dynamodb_client(), config.counts_table, a_day=config.questions_per_day),
    prefix=config.database_prefix,
    tables_bucket=config.tables_bucket,
)

handler = event_handler(desk.handle)
