"""Whose files a request is about: what API Gateway says, and nothing that a client can write."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from darkroom.aws.errors import ObjectUnchanged
from darkroom.http_api import owner_of
from darkroom.search.desk import Desk
from darkroom.search.shelf import Shelf
from darkroom.search.store import Stored

from tests.functional.search import request_event
from tests.unit.search.test_requests import WORLD

IDENTITY = "eu-central-1:0a1b2c3d-0000-1111-2222-333344445555"


class Doors:
    """Everything behind the desk: says which owners' things were asked for."""

    def __init__(self) -> None:
        self.owners: list[str] = []
        self.messages: list[dict[str, Any]] = []
        self.now = 0.0

    # As a store, as a table's client, and as a queue.
    def read(self, owner: str, *, other_than: str | None = None) -> Stored | None:
        self.owners.append(owner)
        if other_than is not None:
            raise ObjectUnchanged
        return None

    def query(self, **request: Any) -> dict[str, Any]:
        [value] = request["ExpressionAttributeValues"].values()
        self.owners.append(value["S"])
        return {"Items": [{"image": {"S": "users/x/y"}}]}

    def ask_to_rebuild(self, owner: str) -> None:
        self.owners.append(owner)

    def desk(self) -> Desk:
        shelf: Any = Shelf(self)  # type: ignore[arg-type]  # of a store no more is asked
        stands_in: Any = self
        return Desk(shelf, stands_in, stands_in, images_table="images", clock=lambda: self.now)


def asked(event: dict[str, Any]) -> tuple[int, list[str]]:
    """The status of the answer to an event, and the owners whose things were looked at for it."""
    doors = Doors()
    response = doors.desk().handle(event)
    json.loads(response["body"])
    return response["statusCode"], doors.owners


ATTEMPTS = [
    {"identity_id": "bob"},
    {"identityId": "bob"},
    {"owner": "bob"},
    {"user": "bob"},
    {"like": "users/bob/a.jpg"},
    {"like": "../bob/index.zip"},
    {"text": "users/bob/a.jpg"},
    {"after": base64.urlsafe_b64encode(b'[0,0,"users/bob/a.jpg"]').decode()},
    {"requestContext": {"authorizer": {"iam": {"cognitoIdentity": {"identityId": "bob"}}}}},
    {"places": ["bob"], "cameras": ["users/bob/"]},
    {"map": {**WORLD, "owner": "bob"}},
    {"map": WORLD, "text": "users/bob/"},
]


@pytest.mark.parametrize("body", ATTEMPTS)
def test_nothing_in_a_body_names_another_owner(body: dict[str, Any]) -> None:
    status, owners = asked(request_event(IDENTITY, json.dumps(body)))
    assert status in (200, 400)
    assert set(owners) <= {IDENTITY}


@pytest.mark.parametrize("part", ["headers", "queryStringParameters", "pathParameters", "cookies"])
def test_nothing_beside_the_signature_names_an_owner(part: str) -> None:
    event = request_event(IDENTITY, "{}")
    event[part] = {"identityId": "bob", "x-identity-id": "bob", "cognito-identity": "bob"}
    event["requestContext"]["identityId"] = "bob"
    event["requestContext"]["authorizer"]["jwt"] = {"claims": {"sub": "bob"}}
    status, owners = asked(event)
    assert status == 200
    assert set(owners) == {IDENTITY}


@pytest.mark.parametrize(
    "context",
    [
        {},
        {"authorizer": None},
        {"authorizer": {"iam": {}}},
        {"authorizer": {"iam": {"userArn": "arn:aws:iam::1:user/bob", "cognitoIdentity": None}}},
        {"authorizer": {"iam": {"cognitoIdentity": {"identityId": None}}}},
        {"authorizer": {"iam": {"cognitoIdentity": {"identityId": ""}}}},
        {"authorizer": {"iam": {"cognitoIdentity": {"identityId": ["ann"]}}}},
        {"authorizer": {"iam": {"cognitoIdentity": {"identityId": "../bob"}}}},
        {"authorizer": {"jwt": {"claims": {"sub": IDENTITY}}}},
        {"identity": {"cognitoIdentityId": IDENTITY}},
    ],
)
def test_whoever_is_no_user_of_the_identity_pool_is_refused(context: dict[str, Any]) -> None:
    event = {**request_event(None, "{}"), "requestContext": context}
    assert owner_of(event) is None
    status, owners = asked(event)
    assert status == 403
    assert owners == []


def test_malformed_request_is_told_why_without_looking_at_anything() -> None:
    doors = Doors()
    response = doors.desk().handle(request_event(IDENTITY, '{"limit": 0}'))
    assert response["statusCode"] == 400
    assert json.loads(response["body"])["message"].startswith("'limit' is not a whole number")
    assert doors.owners == []


@pytest.mark.parametrize(
    ("body", "is_base64", "status"),
    [
        (base64.b64encode(b"{}").decode(), True, 200),
        ("%%%", True, 400),
        ("\ud800", False, 400),
        (None, False, 400),
        (" " * (2 << 20) + "{}", False, 400),
        (" " * (5 << 20), False, 400),
        (base64.b64encode(b" " * (2 << 20) + b"{}").decode(), True, 400),
    ],
)
def test_body_is_read_as_the_api_passes_it_on(
    body: str | None, is_base64: bool, status: int
) -> None:
    event = {**request_event(IDENTITY, ""), "body": body, "isBase64Encoded": is_base64}
    assert asked(event)[0] == status


def test_index_is_asked_for_once_a_minute_while_it_is_missing() -> None:
    doors, told = Doors(), []
    desk = doors.desk()
    for now in (0.0, 30.0, 59.0, 61.0, 62.0):
        doors.now, doors.owners = now, []
        response = desk.handle(request_event(IDENTITY, "{}"))
        assert json.loads(response["body"]) == {"total": 0, "building": True, "hits": []}
        told.append(len(doors.owners))
    assert told == [3, 2, 2, 3, 2]  # the index, the records, and at times the queue
