"""Describe: let owners ask their tables, as the records say that these are."""

from __future__ import annotations

from darkroom.athena.feed import Feed
from darkroom.athena.shelf import Shelf
from darkroom.aws.clients import dynamodb_client, glue_client, s3_client
from darkroom.aws.glue import GlueCatalog
from darkroom.config import DescribeConfig, load
from darkroom.pipeline.worker import sqs_handler
from darkroom.repair.failures import Failures

config = load(DescribeConfig)
dynamodb = dynamodb_client()
shelf = Shelf(
    GlueCatalog(glue_client()),
    s3_client(),
    prefix=config.database_prefix,
    processed_bucket=config.processed_bucket,
    tables_bucket=config.tables_bucket,
)
feed = Feed(shelf, dynamodb, images_table=config.images_table)

handler = sqs_handler(feed.process, Failures(dynamodb, config.idempotency_table))
