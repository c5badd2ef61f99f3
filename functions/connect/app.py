"""Connect: remember to which user each connection of the live socket belongs, until it closes."""

from __future__ import annotations

from typing import Any

from darkroom.aws.clients import dynamodb_client, live_client
from darkroom.config import ConnectConfig, load
from darkroom.observability import logger
from darkroom.people.connections import Connections
from darkroom.people.live import Pages
from darkroom.people.profiles import People
from darkroom.pipeline.worker import event_handler

config = load(ConnectConfig)
dynamodb = dynamodb_client()
connections = Connections(dynamodb, table=config.connections_table)
pages = Pages(live_client(config.live_api_url), connections)
people = People(dynamodb, table=config.people_table)


def handle(event: dict[str, Any]) -> dict[str, Any]:
    request = event["requestContext"]
    if request["eventType"] == "DISCONNECT":
        connections.forget_closed(request["connectionId"])
        return {"statusCode": 200}
    caller = request["identity"]
    identity_id = caller.get("cognitoIdentityId")
    if not identity_id:
        logger.warning(
            "connection refused: its request is not signed by a user of the identity pool"
        )
        return {"statusCode": 403}
    subject = login(caller.get("cognitoAuthenticationProvider") or "")
    if subject:
        people.link(identity_id=identity_id, subject=subject)
    connections.add(identity_id=identity_id, connection_id=request["connectionId"])
    pages.make_room(identity_id, request["connectionId"])
    return {"statusCode": 200}


def login(provider: str) -> str | None:
    """The user pool's subject in `<pool>,<pool>:CognitoSignIn:<subject>`; None for guests."""
    _, mark, subject = provider.rpartition(":CognitoSignIn:")
    return subject if mark else None


handler = event_handler(handle)
