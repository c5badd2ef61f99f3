"""The wire between Darkroom and AWS, and what can happen to a request on it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar, Literal, cast
from urllib.parse import unquote, urlsplit

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ConnectionClosedError
from darkroom.aws.clients import session
from moto.core.models import botocore_stubber

Fault = Literal[
    "none", "throttled", "unreachable", "reply lost", "killed before", "killed after", "refused",
    "busy", "encrypted",
]  # fmt: skip
FAULTS: tuple[Fault, ...] = (
    "throttled", "unreachable", "reply lost", "killed before", "killed after",
)  # fmt: skip

# Decides what happens to a request, by its number and its name.
Plan = Callable[[int, str], Fault]


class Killed(BaseException):
    """The function's process has died: nothing of it runs any more, no handler, no clean-up."""


@dataclass
class Wire:
    """Stands between moto and the clients of Darkroom and of boto3's default session.

    `plan` is asked about each request, by its number since `watch` and its name, what happens to
    it. A request that the SDK repeats is a request of its own. A name is the operation with the
    table or the file that it is about: "UpdateItem ImagesTable", "PutObject quota.json". That of a
    transaction has the first table beside the idempotency table.
    """

    sent: list[str] = field(default_factory=list)
    fired: list[str] = field(default_factory=list)
    plan: Plan | None = None
    heard: Callable[[str, Any], None] | None = None
    """Called with each watched request that takes effect, and its operation."""
    _attached: ClassVar[Wire]

    def attach(self) -> None:
        """Stand between moto and all clients, instead of the one that did before."""
        Wire._attached = self
        boto3.DEFAULT_SESSION = _shared_session()  # which moto forgets, each time

    @contextmanager
    def watch(self, plan: Plan) -> Iterator[None]:
        """Let `plan` decide over the requests that are sent meanwhile."""
        before, self.plan, self.sent = (self.plan, self.sent), plan, []
        try:
            yield
        finally:
            self.plan, self.sent = before

    def handle(self, event_name: str, request: Any, **rest: Any) -> Any:
        """What a client gets for a request."""
        if self.plan is None:
            return botocore_stubber(event_name, request, **rest)
        operation = event_name.rpartition(".")[2]
        name = f"{operation} {_subject(operation, request)}"
        self.sent.append(name)
        fault = self.plan(len(self.sent) - 1, name)
        if fault == "none":
            self._hear(operation, request)
            return botocore_stubber(event_name, request, **rest)
        self.fired.append(f"{fault}: {operation}")
        if fault == "killed before":
            raise Killed
        if fault == "unreachable":
            raise ConnectionClosedError(endpoint_url=request.url)
        if fault == "throttled":
            return _throttled(request.url, is_s3=".s3." in event_name)
        if fault == "refused":
            return _dynamodb_error(request.url, "ConditionalCheckFailedException")
        if fault == "encrypted":
            return _encrypted(request.url)
        if fault == "busy":
            return _busy(request.url, operation)
        self._hear(operation, request)
        botocore_stubber(event_name, request, **rest)
        if fault == "killed after":
            raise Killed
        raise ConnectionClosedError(endpoint_url=request.url)

    def _hear(self, operation: str, request: Any) -> None:
        if self.heard is not None:
            self.heard(operation, request)


@cache
def _shared_session() -> boto3.Session:
    """A session that shares Darkroom's own, with the attached wire before moto."""
    shared = boto3.Session(botocore_session=session())
    # All handlers of a request are called: moto's is called by ours, or nothing can be refused.
    shared.events.unregister("before-send", cast("Any", botocore_stubber))
    shared.events.register("before-send", _handle)
    return shared


def _handle(event_name: str, request: Any, **rest: Any) -> Any:
    return Wire._attached.handle(event_name, request, **rest)


def only(request: str, fault: Fault, *, occurrence: int = 0) -> Plan:
    """A plan: `fault` for one occurrence of a request, nothing for any other.

    `request` is a request's name, or its operation alone.
    """
    return meanwhile(request, lambda: fault, occurrence=occurrence)


def meanwhile(request: str, happens: Callable[[], Fault | None], *, occurrence: int = 0) -> Plan:
    """A plan: `happens` is called right before one occurrence of a request takes effect.

    It may return a fault for that request.
    """
    seen = 0

    def plan(_: int, sent: str) -> Fault:
        nonlocal seen
        if request not in (sent, sent.partition(" ")[0]):
            return "none"
        seen += 1
        return (happens() or "none") if seen == occurrence + 1 else "none"

    return plan


def _subject(operation: str, request: Any) -> str:
    if "X-Amz-Target" not in request.headers:
        return unquote(urlsplit(request.url).path).rpartition("/")[2]
    body = json.loads(request.body)
    if operation != "TransactWriteItems":
        return str(body.get("TableName", ""))
    tables = [str(write["TableName"]) for each in body["TransactItems"] for write in each.values()]
    return next((table for table in tables if table != "IdempotencyTable"), tables[0])


def _throttled(url: str, *, is_s3: bool) -> AWSResponse:
    if is_s3:
        body = b"<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"
        return AWSResponse(url, 503, HTTPHeaders(), _Raw(body))
    return _dynamodb_error(url, "ProvisionedThroughputExceededException")


def _encrypted(url: str) -> AWSResponse:
    """S3's answer to a read without the key of an object that is encrypted with one (SSE-C)."""
    said = b"The object was stored using a form of Server Side Encryption."
    body = b"<Error><Code>InvalidRequest</Code><Message>%b</Message></Error>" % said
    return AWSResponse(url, 400, HTTPHeaders(), _Raw(body))


def _busy(url: str, operation: str) -> AWSResponse:
    if operation != "TransactWriteItems":
        return _dynamodb_error(url, "TransactionConflictException")
    reasons = [{"Code": "None"}, {"Code": "TransactionConflict"}]
    return _dynamodb_error(url, "TransactionCanceledException", CancellationReasons=reasons)


def _dynamodb_error(url: str, code: str, **content: Any) -> AWSResponse:
    kind = f"com.amazonaws.dynamodb.v20120810#{code}"
    body = json.dumps({"__type": kind, "message": "injected", **content}).encode()
    return AWSResponse(url, 400, HTTPHeaders(), _Raw(body))


class _Raw:
    """As much of an HTTP response as botocore reads."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._body

    def read(self, *_: Any, **__: Any) -> bytes:
        body, self._body = self._body, b""
        return body
