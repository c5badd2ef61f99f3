"""Catalogue: write what ended, what was deleted and what owners were told into the database."""

from __future__ import annotations

from darkroom.aws.clients import database_client, dynamodb_client
from darkroom.catalogue.feed import Feed
from darkroom.catalogue.opening import store_of
from darkroom.config import CatalogueConfig, load
from darkroom.pipeline.worker import sqs_handler
from darkroom.repair.failures import Failures

config = load(CatalogueConfig)
dynamodb = dynamodb_client()
store = store_of(config, database_client)
feed = Feed(
    store,
    dynamodb,
    images_table=config.images_table,
    notifications_table=config.notifications_table,
)

handler = sqs_handler(feed.process, Failures(dynamodb, config.idempotency_table))
