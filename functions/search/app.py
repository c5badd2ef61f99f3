"""Search: answer what a user asks about their own files."""

from __future__ import annotations

from darkroom.aws.clients import dynamodb_client, s3_client, sqs_client
from darkroom.config import SearchConfig, load
from darkroom.pipeline.worker import event_handler
from darkroom.search.desk import Desk
from darkroom.search.messages import IndexQueue
from darkroom.search.shelf import Shelf
from darkroom.search.store import Store

config = load(SearchConfig)
desk = Desk(
    Shelf(Store(s3_client(), config.index_bucket)),
    IndexQueue(sqs_client(), config.queue_url),
    dynamodb_client(),
    images_table=config.images_table,
)

handler = event_handler(desk.handle)
