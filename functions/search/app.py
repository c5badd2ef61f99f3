"""Search: answer what a user asks about their own files."""

from __future__ import annotations

from darkroom.aws.clients import dynamodb_client, s3_client, sqs_client
from darkroom.config import SearchConfig, load
from darkroom.pipeline.worker import event_handler
from darkroom.search.desk import Desk
from darkroom.search.engines import answering
from darkroom.search.messages import IndexQueue

config = load(SearchConfig)
desk = Desk(
    answering(config, s3_client()),
    IndexQueue(sqs_client(), config.queue_url),
    dynamodb_client(),
    images_table=config.images_table,
)

handler = event_handler(desk.handle)
