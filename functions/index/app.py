"""Index: bring owners' indexes to what the records of their files say."""

from __future__ import annotations

from darkroom.aws.clients import dynamodb_client, s3_client, sqs_client
from darkroom.config import IndexConfig, load
from darkroom.pipeline.worker import sqs_handler
from darkroom.repair.failures import Failures
from darkroom.search.feed import Feed
from darkroom.search.messages import IndexQueue
from darkroom.search.store import Store
from darkroom.search.updates import Updates

config = load(IndexConfig)
dynamodb, s3 = dynamodb_client(), s3_client()
updates = Updates(
    Store(s3, config.index_bucket),
    dynamodb,
    s3,
    images_table=config.images_table,
    processed_bucket=config.processed_bucket,
)
feed = Feed(updates, IndexQueue(sqs_client(), config.queue_url))

handler = sqs_handler(
    feed.process,
    Failures(dynamodb, config.idempotency_table),
    prepare=feed.begin,
    together=feed.take_in,
)
