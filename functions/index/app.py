"""Index: bring owners' indexes to what the records of their files say."""

from __future__ import annotations

from darkroom.aws.clients import dynamodb_client, s3_client, sqs_client
from darkroom.config import IndexConfig, load
from darkroom.pipeline.worker import sqs_handler
from darkroom.repair.failures import Failures
from darkroom.search.engines import updating
from darkroom.search.feed import Feed
from darkroom.search.messages import IndexQueue

config = load(IndexConfig)
dynamodb = dynamodb_client()
updates = updating(config, dynamodb, s3_client())
feed = Feed(updates, IndexQueue(sqs_client(), config.queue_url))

handler = sqs_handler(
    feed.process,
    Failures(dynamodb, config.idempotency_table),
    prepare=feed.begin,
    together=feed.take_in,
)
