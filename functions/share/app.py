"""Share: make, list and end links for the owners of files."""

from __future__ import annotations

from darkroom.aws.clients import dynamodb_client
from darkroom.config import ShareConfig, load
from darkroom.pipeline.worker import event_handler
from darkroom.share.desk import Desk
from darkroom.share.links import OwnersLinks

config = load(ShareConfig)
dynamodb = dynamodb_client()
desk = Desk(
    dynamodb,
    OwnersLinks(dynamodb, links_table=config.links_table, sharers_table=config.sharers_table),
    images_table=config.images_table,
)

handler = event_handler(desk.handle)
