"""Ask: answer what owners ask of their own tables."""

from __future__ import annotations

from darkroom.athena.counts import Counts
from darkroom.athena.desk import Desk
from darkroom.athena.owner import credentials_of
from darkroom.aws.athena import Athena
from darkroom.aws.clients import athena_client, dynamodb_client, glue_client, sts_client
from darkroom.aws.glue import GlueCatalog
from darkroom.config import AskConfig, load
from darkroom.pipeline.worker import event_handler

config = load(AskConfig)
sts = sts_client()


def as_owner(owner: str, database: str) -> tuple[Athena, GlueCatalog]:
    """Athena and Glue with the rights of one owner, made anew for each request."""
    credentials = credentials_of(sts, config.owner_role_arn, owner, database)
    athena = Athena(athena_client(credentials), config.workgroup)
    return athena, GlueCatalog(glue_client(credentials))


desk = Desk(
    as_owner,
    Counts(dynamodb_client(), config.counts_table, a_day=config.questions_per_day),
    prefix=config.database_prefix,
    tables_bucket=config.tables_bucket,
)

handler = event_handler(desk.handle)
