"""The functions of search around one world: what it is told, and what users find."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from darkroom.search.opensearch import states
from darkroom.search.opensearch.client import Client
from darkroom.search.store import key_of

from tests.functional.conftest import REGION, lambda_context
from tests.functional.opensearch import needs_node
from tests.functional.pipeline import drained

if TYPE_CHECKING:
    from tests.functional.conftest import World

BUCKET = "indexes"
# Tests that hold whatever the engine is: `pytestmark = on_each_engine`.
on_each_engine = pytest.mark.parametrize(
    "search", ["index", pytest.param("opensearch", marks=needs_node)], indirect=True
)


@dataclass
class Search:
    """The two functions, their bucket and their queue."""

    world: World
    index: ModuleType
    search: ModuleType
    queue_url: str
    engine: str

    def deliver(self, *messages: Any) -> list[int]:
        """The indices of the messages that `index` reported as failed."""
        return self.world.deliver(self.index, *messages)

    def catch_up(self) -> None:
        """Bring `index` every receipt and every notification."""
        told = [json.dumps(message) for message in self.world.published()]
        assert self.deliver(*self.world.receipts(), *told) == []

    def rebuild(self, user: str) -> None:
        """Have an index made of all records."""
        message = json.dumps({"identity_id": user, "rebuild": True})
        assert self.deliver(message) == []

    def asked(self) -> list[dict[str, Any]]:
        """What the functions themselves sent to the queue since the last call."""
        return [json.loads(body) for body in drained(self.queue_url)]

    def respond(self, user: str | None, body: Any) -> tuple[int, dict[str, Any]]:
        """The status and the body of a response."""
        text = body if isinstance(body, str) else json.dumps(body)
        response = self.search.handler(request_event(user, text), lambda_context())
        return response["statusCode"], json.loads(response["body"])

    def ask(self, user: str, **request: Any) -> dict[str, Any]:
        """The answer to a request of a user's."""
        status, answer = self.respond(user, request)
        assert status == 200, answer
        return answer

    def find(self, user: str, **request: Any) -> list[str]:
        """The names of what a user finds."""
        hits = self.ask(user, **request)["hits"]
        return [hit.removeprefix(f"users/{user}/") for hit in hits]

    def key(self, user: str) -> str:
        """Where an index is stored, or with OpenSearch how far it is made."""
        return key_of(user) if self.engine == "index" else states.key_of(user)

    def body(self, user: str) -> bytes:
        """What is stored of an index."""
        found = self.world.s3.get_object(Bucket=BUCKET, Key=self.key(user))["Body"].read()
        assert isinstance(found, bytes)
        return found

    def store(self, user: str, body: bytes) -> None:
        """Store something as an index."""
        self.world.s3.put_object(Bucket=BUCKET, Key=self.key(user), Body=body)

    @property
    def writing_client(self) -> Any:
        """The client that `index` writes to the bucket with."""
        updates = self.index.updates
        store = updates._store if self.engine == "index" else updates._states
        return store._bucket._client


def request_event(user: str | None, body: str) -> dict[str, Any]:
    """An event as an HTTP API sends it (payload format 2.0) when IAM has checked the signature."""
    identity = None if user is None else {"identityId": user, "identityPoolId": "pool", "amr": []}
    return {
        "version": "2.0",
        "routeKey": "POST /search",
        "rawPath": "/search",
        "headers": {"content-type": "application/json"},
        "requestContext": {"authorizer": {"iam": {"cognitoIdentity": identity}}},
        "body": body,
        "isBase64Encoded": False,
    }


@pytest.fixture
def search(world: World, request: pytest.FixtureRequest) -> Iterator[Search]:
    world.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    url = boto3.client("sqs").create_queue(QueueName="indexes")["QueueUrl"]
    environment = {"INDEX_BUCKET": BUCKET, "QUEUE_URL": url, "SEARCH_INDEX_NAME": "none"}
    engine = getattr(request, "param", "index")
    if engine == "index":
        environment |= {"SEARCH_ENGINE": engine, "SEARCH_ENDPOINT": ""}
    else:
        # Each test has indexes of its own, and the node is all tests'.
        environment |= {
            "SEARCH_ENGINE": engine,
            "SEARCH_ENDPOINT": request.getfixturevalue("node").endpoint,
            "SEARCH_INDEX_NAME": f"test-{secrets.token_hex(8)}",
        }
    client = Client(environment["SEARCH_ENDPOINT"], read_seconds=30, attempts=1)
    yield Search(
        world, world.load("index", **environment), world.load("search", **environment), url, engine
    )
    if engine == "opensearch":
        client.send("DELETE", f"{environment['SEARCH_INDEX_NAME']}-*")
