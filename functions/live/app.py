"""Live: send what changes in the tables to its owner's open pages."""

from __future__ import annotations

from typing import Any

from darkroom.aws.clients import dynamodb_client, live_client
from darkroom.config import LiveConfig, load
from darkroom.observability import count
from darkroom.people.connections import Connections
from darkroom.people.live import Pages, messages
from darkroom.pipeline.worker import event_handler

config = load(LiveConfig)
connections = Connections(dynamodb_client(), table=config.connections_table)
pages = Pages(live_client(config.live_api_url), connections)


def handle(event: dict[str, Any]) -> None:
    count("MessagesSent", pages.show(messages(event["Records"])))


handler = event_handler(handle)
