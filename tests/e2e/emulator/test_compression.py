"""DynamoDB compresses a large answer for a client that accepts it, as browsers do."""

from __future__ import annotations

import gzip
import secrets
from typing import Any

from local.server import Server
from tests.e2e.emulator.principals import client, obsolete, role_credentials

LONG = "a long text " * 1000
KEY = {"id": {"S": "1"}}


def get_long_item(server: Server, accepted: str) -> tuple[str, bool, int]:
    """The item's text, whether it came compressed, and how many bytes came."""
    table, owner = f"texts-{secrets.token_hex(4)}", client(server, "dynamodb")
    owner.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    owner.put_item(TableName=table, Item={**KEY, "text": {"S": LONG}})
    reading = {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}
    dynamodb = client(server, "dynamodb", role_credentials(server, [reading]))
    came: list[tuple[bool, int]] = []

    def unpack(response_dict: dict[str, Any], **_: Any) -> None:
        """What browsers do by themselves, and botocore does not."""
        body = response_dict["body"]
        packed = response_dict["headers"].get("Content-Encoding") == "gzip"
        response_dict["body"] = gzip.decompress(body) if packed else body
        came.append((packed, len(body)))

    def accept(request: Any, **_: Any) -> None:
        request.headers["Accept-Encoding"] = accepted

    dynamodb.meta.events.register("before-parse.dynamodb.GetItem", unpack)
    dynamodb.meta.events.register("before-send.dynamodb.GetItem", accept)
    text = dynamodb.get_item(TableName=table, Key=KEY)["Item"]["text"]["S"]
    return text, *came[0]


def test_answer_is_compressed_when_the_client_accepts_it(patched: Server) -> None:
    text, packed, size = get_long_item(patched, "gzip, deflate, br")
    assert (text, packed, size < len(LONG) / 10) == (LONG, True, True)


def test_answer_stays_as_it_is_when_the_client_accepts_nothing(patched: Server) -> None:
    text, packed, size = get_long_item(patched, "identity")
    assert (text, packed, size > len(LONG)) == (LONG, False, True)


def test_answer_is_never_compressed_when_the_patch_is_missing(plain: Server) -> None:
    _, packed, _ = get_long_item(plain, "gzip")
    assert not packed, obsolete("compression")
