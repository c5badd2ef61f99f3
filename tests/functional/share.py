"""The functions that share around one world: what owners ask for, and what visitors see."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest
from darkroom.aws.attribute_values import from_item, to_item
from darkroom.moments import timestamp
from darkroom.pipeline.uploads import outputs_prefix

from local.template import SHARE, expanded
from tests.answers import Answer
from tests.functional.conftest import PROCESSED, create_table, lambda_context

if TYPE_CHECKING:
    from tests.functional.conftest import World

TABLES = ("LinksTable", "SharersTable")
VERSION = "0066AB12CD34EF5678"


@dataclass
class Share:
    """The two functions and their tables."""

    world: World
    share: ModuleType
    show: ModuleType

    def wait(self, **time: float) -> None:
        """Let time pass: every link has been there for so much longer, and none is deleted."""

        def earlier(link: dict[str, Any]) -> dict[str, Any]:
            moments = {
                name: timestamp(datetime.fromisoformat(link[name]) - timedelta(**time))
                for name in ("made_at", "ends_at")
            }
            return {**link, **moments}

        for link in self.items("LinksTable"):
            self._put("LinksTable", earlier(link))
        for sharer in self.items("SharersTable"):
            links = {name: earlier(link) for name, link in sharer["links"].items()}
            self._put("SharersTable", {**sharer, "links": links})

    def items(self, table: str) -> list[dict[str, Any]]:
        """All that is in a table."""
        return [from_item(item) for item in self.world.dynamodb.scan(TableName=table)["Items"]]

    def _put(self, table: str, item: dict[str, Any]) -> None:
        self.world.dynamodb.put_item(TableName=table, Item=to_item(item))

    def photo(self, user: str, name: str, body: bytes = b"\xff\xd8\xffpicture", **more: Any) -> str:
        """The key of a photo that is processed, as its record says."""
        key = f"users/{user}/{name}"
        made = f"{outputs_prefix(key)}{VERSION}/thumbnail-960.jpg"
        self.world.s3.put_object(Bucket=PROCESSED, Key=made, Body=body)
        rendition = {
            "key": made, "format": "jpeg", "width": 960, "height": 640, "bytes": len(body),
        }  # fmt: skip
        record = {
            "identity_id": user,
            "image": key,
            "version": VERSION,
            "etag": "e1",
            "kind": "picture",
            "status": "processed",
            "uploaded_at": "2026-11-28T00:00:00.000Z",
            "renditions": {"thumbnail-960-jpeg": rendition},
            "metadata": {"latitude": 52.5, "longitude": 13.4, "place": {"town": "Berlin"}},
            **more,
        }
        self.world.dynamodb.put_item(TableName="ImagesTable", Item=to_item(record))
        return key

    def change(self, user: str, name: str, **attributes: Any) -> None:
        """Change what a record says."""
        for attribute, value in attributes.items():
            self.world.dynamodb.update_item(
                TableName="ImagesTable",
                Key=to_item({"identity_id": user, "image": f"users/{user}/{name}"}),
                UpdateExpression="SET #n = :v",
                ExpressionAttributeNames={"#n": attribute},
                ExpressionAttributeValues=to_item({":v": value}),
            )

    def ask(
        self, user: str | None, route: str, body: Any = None, **path: str
    ) -> tuple[int, dict[str, Any]]:
        """The status and the body of what an owner is answered."""
        identity = None if user is None else {"identityId": user}
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        event = {
            "routeKey": route,
            "headers": {},
            "requestContext": {"authorizer": {"iam": {"cognitoIdentity": identity}}},
            "pathParameters": path,
            "body": text,
            "isBase64Encoded": False,
        }
        response = self.share.handler(event, lambda_context())
        return response["statusCode"], json.loads(response["body"])

    def make(self, user: str, *files: str, **more: Any) -> dict[str, Any]:
        """A link that a user makes."""
        status, link = self.ask(user, "POST /links", {"files": list(files), **more})
        assert status == 201, link
        return link

    def links(self, user: str) -> list[dict[str, Any]]:
        """The links that a user is told of."""
        status, found = self.ask(user, "GET /links")
        assert status == 200
        listed: list[dict[str, Any]] = found["links"]
        return listed

    def end(self, user: str, link_id: str) -> int:
        """The status of the answer to whoever ends a link."""
        return self.ask(user, "DELETE /links/{id}", id=link_id)[0]

    def visit(self, token: str, *file: str, **headers: str) -> Answer:
        """What anybody sees who has a token, of the page or of one file: `1`, `small`."""
        path = {"token": token, **dict(zip(("n", "size"), file, strict=False))}
        response = self.show.handler(
            {"headers": headers, "requestContext": {}, "pathParameters": path}, lambda_context()
        )
        response = json.loads(json.dumps(response))  # as Lambda hands it on
        assert response["isBase64Encoded"] is True
        body = base64.b64decode(response["body"], validate=True)
        return Answer(response["statusCode"], response["headers"], body)


@pytest.fixture
def share(world: World) -> Share:
    for name in TABLES:
        create_table(world.dynamodb, name, expanded(SHARE)["Resources"][name]["Properties"])
    environment = {"LINKS_TABLE": TABLES[0], "SHARERS_TABLE": TABLES[1]}
    return Share(world, world.load("share", **environment), world.load("show", **environment))
