"""Show: what a link shows, to whoever has it."""

from __future__ import annotations

from darkroom.aws.clients import dynamodb_client, s3_client
from darkroom.config import ShowConfig, load
from darkroom.pipeline.worker import event_handler
from darkroom.share.links import Links
from darkroom.share.visits import Visits

config = load(ShowConfig)
dynamodb = dynamodb_client()
visits = Visits(
    Links(dynamodb, config.links_table),
    dynamodb,
    s3_client(),
    images_table=config.images_table,
    processed_bucket=config.processed_bucket,
)

handler = event_handler(visits.handle)
