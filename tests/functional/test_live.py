"""The live socket's functions: who is connected, what they hear, and who may upload."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

import pytest
from botocore.exceptions import ClientError
from darkroom.people.live import messages
from darkroom.quota.ledger import period_of

from tests.functional.conftest import World, lambda_context

POOL = "cognito-idp.eu-central-1.amazonaws.com/eu-central-1_A"
ANN, BOB = "eu-central-1:ann", "eu-central-1:bob"
SUBJECT = "5d0e8400-0000-4000-8000-000000000000"


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch, tables: dict[str, Any]) -> dict[str, Any]:
    monkeypatch.setenv("CONNECTIONS_TABLE", "ConnectionsTable")
    monkeypatch.setenv("PEOPLE_TABLE", "PeopleTable")
    monkeypatch.setenv("LIVE_API_URL", "https://abc.execute-api.eu-central-1.amazonaws.com/live")
    return tables


class Sockets:
    """API Gateway's connections: what was sent to each, and which are gone or broken."""

    def __init__(self) -> None:
        self.sent: dict[str, list[dict[str, Any]]] = {}
        self.failing: dict[str, str] = {}
        self.closed: list[str] = []
        self.clinging = False

    def post_to_connection(self, *, ConnectionId: str, Data: bytes) -> None:  # noqa: N803
        if ConnectionId in self.failing:
            error = {"Error": {"Code": self.failing[ConnectionId], "Message": "no"}}
            raise ClientError(error, "PostToConnection")  # type: ignore[arg-type]
        self.sent.setdefault(ConnectionId, []).append(json.loads(Data))

    def delete_connection(self, *, ConnectionId: str) -> None:  # noqa: N803
        self.closed.append(ConnectionId)
        if self.clinging:
            error = {"Error": {"Code": "InternalServerError", "Message": "no"}}
            raise ClientError(error, "DeleteConnection")  # type: ignore[arg-type]


def connect(app: ModuleType, connection: str, identity: str | None, login: str = "") -> int:
    provider = f"{POOL},{POOL}:CognitoSignIn:{login}" if login else None
    event = {
        "requestContext": {
            "eventType": "CONNECT",
            "connectionId": connection,
            "identity": {
                "cognitoIdentityId": identity,
                "cognitoAuthenticationProvider": provider,
            },
        }
    }
    return int(app.handler(event, lambda_context())["statusCode"])


def disconnect(app: ModuleType, connection: str) -> int:
    event = {"requestContext": {"eventType": "DISCONNECT", "connectionId": connection}}
    return int(app.handler(event, lambda_context())["statusCode"])


def opened_a_minute_ago(world: World, connection_id: str, owner: str) -> None:
    world.dynamodb.update_item(
        TableName="ConnectionsTable",
        Key={"identity_id": {"S": owner}, "connection_id": {"S": connection_id}},
        UpdateExpression="ADD expiration :minute",
        ExpressionAttributeValues={":minute": {"N": "-60"}},
    )


def connected(world: World) -> set[tuple[str, str]]:
    items = world.dynamodb.scan(TableName="ConnectionsTable")["Items"]
    return {(item["identity_id"]["S"], item["connection_id"]["S"]) for item in items}


def change(owner: str, version: str, *, event: str = "MODIFY", name: str = "a") -> dict[str, Any]:
    """A change of an image as the stream tells it."""
    keys = {"identity_id": {"S": owner}, "image": {"S": f"users/{owner}/{name}.jpg"}}
    image = {**keys, "version": {"S": version}, "bytes": {"N": "7"}, "metadata": {"M": {}}}
    side = "OldImage" if event == "REMOVE" else "NewImage"
    return {"eventName": event, "dynamodb": {"Keys": keys, side: image}}


@pytest.fixture
def live(world: World) -> tuple[ModuleType, Sockets]:
    app, sockets = world.load("live"), Sockets()
    app.pages._client = sockets
    return app, sockets


def test_every_page_of_the_owner_and_no_other_hears_when_an_image_changes(
    world: World, live: tuple[ModuleType, Sockets]
) -> None:
    app, sockets = live
    gate = world.load("connect")
    for connection, owner in (("tab", ANN), ("phone", ANN), ("other", BOB)):
        assert connect(gate, connection, owner) == 200

    app.handler({"Records": [change(ANN, "1"), change(ANN, "2")]}, lambda_context())

    newest = {"type": "image", "image": f"users/{ANN}/a.jpg", "version": "2", "bytes": 7}
    assert sockets.sent == {"tab": [newest], "phone": [newest]}


def test_removal_is_told_with_its_version_when_an_image_goes(
    world: World, live: tuple[ModuleType, Sockets]
) -> None:
    app, sockets = live
    connect(world.load("connect"), "tab", ANN)

    app.handler({"Records": [change(ANN, "3", event="REMOVE")]}, lambda_context())

    assert sockets.sent["tab"] == [
        {"type": "image-removed", "image": f"users/{ANN}/a.jpg", "version": "3"}
    ]


def test_messages_come_in_the_order_of_the_last_changes_when_images_change_in_turns(
    world: World, live: tuple[ModuleType, Sockets]
) -> None:
    app, sockets = live
    connect(world.load("connect"), "tab", ANN)
    changes = [change(ANN, "1"), change(ANN, "1", name="b"), change(ANN, "2")]

    app.handler({"Records": changes}, lambda_context())

    heard = [(message["image"], message["version"]) for message in sockets.sent["tab"]]
    assert heard == [(f"users/{ANN}/b.jpg", "1"), (f"users/{ANN}/a.jpg", "2")]


def notice(owner: str, **attributes: Any) -> dict[str, Any]:
    """A change of a notification as the stream tells it."""
    keys = {"identity_id": {"S": owner}, "notification_id": {"S": "n"}}
    return {"eventName": "MODIFY", "dynamodb": {"Keys": keys, "NewImage": {**keys, **attributes}}}


# What users could write into notifications before there was a table for it.
ODD = {
    "numbers": {"NS": ["1", "2"]},
    "bytes": {"B": b"\0"},
    "sets of bytes": {"BS": [b"a"]},
    "nothing": {"NULL": True},
    "nested": {"M": {"a": {"L": [{"NS": ["1"]}]}}},
    "390 KB": {"S": "x" * 390_000},
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("attribute", ["seen_at", "response", "responded_at"])
def test_pages_hear_without_it_when_users_wrote_something_odd_into_a_notification(
    world: World, live: tuple[ModuleType, Sockets], attribute: str, odd: str
) -> None:
    app, sockets = live
    gate = world.load("connect")
    connect(gate, "tab", ANN)
    connect(gate, "other", BOB)
    kind = {"kind": {"S": "processed"}}
    changes = [notice(ANN, **kind, **{attribute: ODD[odd]}), notice(BOB, **kind)]

    app.handler({"Records": changes}, lambda_context())

    heard = {"type": "notification", "notification_id": "n", "kind": "processed"}
    assert sockets.sent == {"tab": [heard], "other": [heard]}


@pytest.mark.parametrize(
    "record",
    [
        notice(BOB, response={"S": "retry"}),  # of its owner's own making: it has no kind
        {"eventName": "MODIFY", "dynamodb": {}},
        {"eventName": "MODIFY", "dynamodb": {"Keys": {"identity_id": {"S": BOB}}}},
        {"eventName": "MODIFY", "dynamodb": {**notice(BOB)["dynamodb"], "NewImage": {"a": {}}}},
    ],
)
def test_neighbour_hears_when_a_record_cannot_be_told(
    world: World, live: tuple[ModuleType, Sockets], record: dict[str, Any]
) -> None:
    app, sockets = live
    gate = world.load("connect")
    connect(gate, "tab", ANN)
    connect(gate, "other", BOB)

    app.handler({"Records": [record, change(ANN, "1")]}, lambda_context())

    assert [message["version"] for message in sockets.sent["tab"]] == ["1"]
    assert "other" not in sockets.sent


def test_gone_connection_is_forgotten_and_others_hear_when_a_message_is_sent(
    world: World, live: tuple[ModuleType, Sockets]
) -> None:
    app, sockets = live
    gate = world.load("connect")
    connect(gate, "gone", ANN)
    connect(gate, "there", ANN)
    opened_a_minute_ago(world, "gone", ANN)
    sockets.failing["gone"] = "GoneException"

    app.handler({"Records": [change(ANN, "1")]}, lambda_context())

    assert connected(world) == {(ANN, "there")}
    assert len(sockets.sent["there"]) == 1


def test_connection_stays_known_when_a_message_comes_while_it_is_being_opened(
    world: World, live: tuple[ModuleType, Sockets]
) -> None:
    app, sockets = live
    connect(world.load("connect"), "tab", ANN)
    sockets.failing["tab"] = "GoneException"  # what API Gateway says until $connect has answered
    assert app.handler({"Records": [change(ANN, "1")]}, lambda_context()) is None
    del sockets.failing["tab"]

    app.handler({"Records": [change(ANN, "2")]}, lambda_context())

    assert [message["version"] for message in sockets.sent["tab"]] == ["2"]


def test_newest_page_of_everybody_hears_first_when_one_user_has_many(
    world: World, live: tuple[ModuleType, Sockets], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, sockets = live
    monkeypatch.setattr("darkroom.people.live._SENDERS", 1)
    open_in_turn(world, monkeypatch, 3)
    open_in_turn(world, monkeypatch, 1, BOB)

    app.handler({"Records": [change(ANN, "1"), change(BOB, "1")]}, lambda_context())

    assert list(sockets.sent) == [f"{ANN}-2", f"{BOB}-0", f"{ANN}-1", f"{ANN}-0"]


def test_count_is_of_the_messages_that_were_taken_when_pages_are_shown_news(
    world: World, live: tuple[ModuleType, Sockets]
) -> None:
    app, sockets = live
    gate = world.load("connect")
    for connection, owner in (("tab", ANN), ("gone", ANN), ("clogged", ANN), ("other", BOB)):
        connect(gate, connection, owner)
    sockets.failing |= {"gone": "GoneException", "clogged": "LimitExceededException"}
    news = messages([change(ANN, "1"), change(ANN, "1", name="b"), change(BOB, "1")])
    assert app.pages.show(news) == 3


@pytest.mark.parametrize("code", ["LimitExceededException", "PayloadTooLargeException"])
def test_page_has_to_look_and_neighbours_hear_when_a_connection_takes_no_message(
    world: World, live: tuple[ModuleType, Sockets], code: str
) -> None:
    app, sockets = live
    sockets.clinging = code == "PayloadTooLargeException"  # and it cannot be closed either
    gate = world.load("connect")
    connect(gate, "clogged", ANN)
    connect(gate, "there", ANN)
    connect(gate, "other", BOB)
    sockets.failing["clogged"] = code

    app.handler({"Records": [change(ANN, "1"), change(BOB, "1")]}, lambda_context())

    assert sockets.closed == ["clogged"]
    assert connected(world) == {(ANN, "there"), (BOB, "other")}
    assert {name: len(messages) for name, messages in sockets.sent.items()} == {
        "there": 1,
        "other": 1,
    }


def test_neighbours_hear_when_a_message_is_longer_than_api_gateway_takes(
    world: World, live: tuple[ModuleType, Sockets]
) -> None:
    app, sockets = live
    gate = world.load("connect")
    connect(gate, "tab", ANN)
    connect(gate, "other", BOB)
    head = len(json.dumps({"type": "image", "image": "", "version": "", "bytes": 7}))
    longest = 128 * 1024 - head - len(f"users/{ANN}/a.jpg")
    changes = [change(ANN, "é" * (longest // 2)), change(ANN, "é" * (longest // 2 + 1), name="b")]

    app.handler({"Records": [*changes, change(BOB, "1")]}, lambda_context())

    assert [message["image"] for message in sockets.sent["tab"]] == [f"users/{ANN}/a.jpg"]
    assert len(sockets.sent["other"]) == 1
    assert sockets.closed == []


def open_in_turn(
    world: World, monkeypatch: pytest.MonkeyPatch, count: int, owner: str = ANN
) -> Sockets:
    """Let a user open so many pages, one a second."""
    gate, sockets = world.load("connect"), Sockets()
    gate.pages._client = sockets
    for second in range(count):
        moment = 1_795_500_000 + second
        monkeypatch.setattr("darkroom.people.connections.time.time", lambda at=moment: at)
        assert connect(gate, f"{owner}-{second}", owner) == 200
    return sockets


def test_oldest_page_is_closed_when_a_user_opens_more_than_twenty(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sockets = open_in_turn(world, monkeypatch, 20)
    connect(world.load("connect"), "other", BOB)
    assert sockets.closed == []

    sockets = open_in_turn(world, monkeypatch, 23)

    assert sockets.closed == [f"{ANN}-{second}" for second in range(3)]
    kept = {(ANN, f"{ANN}-{second}") for second in range(3, 23)}
    assert connected(world) == {*kept, (BOB, "other")}


def test_newest_twenty_hear_when_a_user_opened_many_pages_at_the_same_moment(
    world: World, live: tuple[ModuleType, Sockets], monkeypatch: pytest.MonkeyPatch
) -> None:
    app, sockets = live
    gate = world.load("connect")
    # Each looked before the others were there.
    monkeypatch.setattr(gate.pages, "make_room", lambda *_: None)
    for second in range(30):
        moment = 1_795_500_000 + second
        monkeypatch.setattr("darkroom.people.connections.time.time", lambda at=moment: at)
        connect(gate, str(second), ANN)
    connect(gate, "other", BOB)

    app.handler({"Records": [change(ANN, "1"), change(BOB, "1")]}, lambda_context())

    assert set(sockets.sent) == {*map(str, range(10, 30)), "other"}


def test_connection_is_forgotten_when_it_closes(world: World) -> None:
    gate = world.load("connect")
    connect(gate, "tab", ANN)
    connect(gate, "phone", ANN)

    assert disconnect(gate, "tab") == 200
    assert disconnect(gate, "never-there") == 200

    assert connected(world) == {(ANN, "phone")}


def test_socket_stays_shut_when_the_caller_is_nobody_of_the_pool(world: World) -> None:
    gate = world.load("connect")

    assert connect(gate, "tab", None) == 403
    assert connected(world) == set()


def ask(admit: ModuleType, subject: str = SUBJECT) -> str:
    event: dict[str, Any] = {
        "userName": subject,
        "request": {"userAttributes": {"sub": subject}},
        "response": {},
    }
    answer = admit.handler(event, lambda_context())
    return str(answer["response"]["claimsOverrideDetails"]["claimsToAddOrOverride"]["admission"])


def use(world: World, period: str, **numbers: int) -> None:
    item = {"identity_id": {"S": ANN}, "period": {"S": period}}
    world.dynamodb.put_item(
        TableName="UsageTable",
        Item={**item, **{name: {"N": str(value)} for name, value in numbers.items()}},
    )


@pytest.mark.parametrize(
    ("total", "month", "mode", "admission"),
    [
        ({}, {}, "enforce", "open"),
        ({"stored_bytes": 1000}, {}, "enforce", "open"),
        ({"stored_bytes": 900, "held_bytes": 100}, {}, "enforce", "open"),
        ({"stored_bytes": 900, "held_bytes": 101}, {}, "enforce", "storage-full"),
        ({"stored_bytes": 2000}, {}, "track", "open"),
        ({"stored_bytes": 2000, "limit_stored_bytes": 3000}, {}, "enforce", "open"),
        ({"stored_bytes": 20, "limit_stored_bytes": 10}, {}, "enforce", "storage-full"),
        ({}, {"uploaded_bytes": 4999}, "enforce", "open"),
        ({}, {"uploaded_bytes": 5000}, "enforce", "allowance-used"),
        ({}, {"uploaded_bytes": 5000, "limit_uploaded_bytes": 6000}, "enforce", "open"),
        ({}, {"uploaded_objects": 1999}, "enforce", "open"),
        ({}, {"uploaded_objects": 2000}, "enforce", "uploads-used"),
        ({}, {"uploaded_objects": 2000, "limit_uploaded_objects": 3000}, "enforce", "open"),
    ],
)
def test_token_says_whether_its_user_may_upload_when_it_is_issued(
    world: World, total: dict[str, int], month: dict[str, int], mode: str, admission: str
) -> None:
    admit = world.load(
        "admit",
        QUOTA_MODE=mode,
        QUOTA_STORED_BYTES="1000",
        QUOTA_UPLOADED_BYTES="5000",
        QUOTA_UPLOADED_OBJECTS="2000",
    )
    connect(world.load("connect"), "tab", ANN, SUBJECT)
    use(world, "total", **total)
    use(world, period_of(datetime.now(UTC), "month"), **month)

    assert ask(admit) == admission
    assert ask(admit, "somebody-who-never-followed") == "open"
