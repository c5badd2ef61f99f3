"""Requests to OpenSearch: signed, sent again where it is busy, and fit for a collection."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSPreparedRequest, AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ConnectTimeoutError
from darkroom.errors import TransientError
from darkroom.search.opensearch import client as module
from darkroom.search.opensearch.client import Client, IndexMissing, RequestRefused
from darkroom.search.opensearch.part import OlderThanThere, Part
from darkroom.search.opensearch.queries import EVERYTHING

from tests.unit.search.records import document

DOMAIN = "https://search-photos-abc.eu-central-1.es.amazonaws.com"
COLLECTION = "https://abc.eu-central-1.aoss.amazonaws.com"
OWNER = "eu-central-1:0a1b2c3d-0000-1111-2222-333344445555"
CREDENTIALS = Credentials("AKIA", "secret", "token")
NOTHING = {"hits": {"total": {"value": 0}, "hits": []}}


class Wire:
    """Answers requests with what it is given, the last one for ever, and keeps them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: Any) -> None:
        self._answers = list(answers)
        self.sent: list[Any] = []
        self.slept: list[float] = []
        session = SimpleNamespace(
            get_credentials=lambda: CREDENTIALS, get_config_variable=lambda _: "eu-central-1"
        )
        monkeypatch.setattr(module, "session", lambda: session)
        place = "darkroom.search.opensearch.client.URLLib3Session.send"
        monkeypatch.setattr(place, lambda _, request: self._send(request))
        monkeypatch.setattr("time.sleep", self.slept.append)

    def _send(self, request: AWSPreparedRequest) -> Any:
        self.sent.append(request)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, told = answer
        return SimpleNamespace(status_code=status, content=json.dumps(told).encode())


def client_of(endpoint: str) -> Client:
    return Client(endpoint, read_seconds=1, attempts=3)


@pytest.mark.parametrize(("endpoint", "service"), [(DOMAIN, "es"), (COLLECTION, "aoss")])
def test_request_is_signed_with_all_of_it(
    endpoint: str, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = Wire(monkeypatch, (200, {}))
    client_of(endpoint).send("POST", "photos-1", "_search", body={"size": 3}, routing=OWNER)
    [request] = wire.sent
    headers = {name.lower(): value for name, value in request.headers.items()}
    scope, signed, signature = headers["authorization"].split(", ")
    assert scope.endswith(f"/eu-central-1/{service}/aws4_request")
    assert "host;x-amz-content-sha256;x-amz-date;x-amz-security-token" in signed
    # What somebody computes who has the same key and sees the same request.
    seen: Any = AWSRequest(request.method, request.url, data=request.body)
    for name in signed.removeprefix("SignedHeaders=").split(";"):
        if name != "host":
            seen.headers[name] = headers[name]
    seen.context["timestamp"] = headers["x-amz-date"]
    auth: Any = SigV4Auth(CREDENTIALS, service, "eu-central-1")
    computed = auth.signature(auth.string_to_sign(seen, auth.canonical_request(seen)), seen)
    assert signature == f"Signature={computed}"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_request_is_sent_again_while_the_other_side_is_busy(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = ConnectTimeoutError(endpoint_url=DOMAIN)
    wire = Wire(monkeypatch, (status, {}), slow, (200, {"took": 1}))
    assert client_of(DOMAIN).send("GET", "photos-1") == {"took": 1}
    assert (len(wire.sent), len(wire.slept)) == (3, 2)


def test_other_side_that_stays_busy_is_no_fault_of_the_request(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wire = Wire(monkeypatch, (503, {}))
    with pytest.raises(TransientError, match="HTTP 503"):
        client_of(DOMAIN).send("GET", "photos-1")
    assert len(wire.sent) == 3


@pytest.mark.parametrize(
    ("status", "error", "raised"),
    [
        (404, {"type": "index_not_found_exception"}, IndexMissing),
        (404, {"type": "resource_not_found_exception"}, RequestRefused),
        (403, "no rights", RequestRefused),
        (400, {"type": "parsing_exception"}, RequestRefused),
    ],
)
def test_refusal_is_told_and_not_repeated(
    status: int, error: Any, raised: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    wire = Wire(monkeypatch, (status, {"error": error}))
    with pytest.raises(raised):
        client_of(DOMAIN).send("GET", "photos-1")
    assert len(wire.sent) == 1


def test_domain_keeps_an_owners_documents_together_and_knows_their_versions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wire = Wire(monkeypatch, (200, {**NOTHING, "items": []}))
    part = Part(client_of(DOMAIN), "photos-1", OWNER)
    part.search(EVERYTHING)
    part.write([document("a.jpg")], ["b.jpg"], version=7)
    part.refresh()
    asked, written, refreshed = wire.sent
    assert asked.url.endswith("/photos-1/_search?routing=eu-central-1%3A" + OWNER.split(":")[1])
    put, _, deleted = map(json.loads, written.body.decode().splitlines())
    for action in (put["index"], deleted["delete"]):
        assert (action["routing"], action["version"]) == (OWNER, 7)
        assert action["version_type"] == "external"
    assert refreshed.url.endswith("/photos-1/_refresh")


def test_collection_is_asked_for_nothing_that_it_does_not_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wire = Wire(monkeypatch, (200, {**NOTHING, "items": []}))
    part = Part(client_of(COLLECTION), "photos-1", OWNER)
    part.search(EVERYTHING)
    part.write([document("a.jpg")], ["b.jpg"], version=7)
    part.refresh()
    asked, written = wire.sent
    assert "?" not in asked.url + written.url
    put, _, deleted = map(json.loads, written.body.decode().splitlines())
    assert put["index"].keys() == deleted["delete"].keys() == {"_id"}


def test_every_question_says_whose_documents_it_is_about(monkeypatch: pytest.MonkeyPatch) -> None:
    wire = Wire(monkeypatch, (200, NOTHING))
    part = Part(client_of(DOMAIN), "photos-1", OWNER)
    part.search({"match_all": {}}, size=3, sort=[{"path": "asc"}])
    part.count(EVERYTHING)
    list(part.every(EVERYTHING, ["path"]))
    assert len(wire.sent) == 3
    for request in wire.sent:
        filters = json.loads(request.body)["query"]["bool"]["filter"]
        assert filters == [{"term": {"owner": OWNER}}]


@pytest.mark.parametrize(
    ("status", "raised"),
    [(429, TransientError), (503, TransientError), (400, RequestRefused), (409, OlderThanThere)],
)
def test_document_that_is_not_taken_among_others_is_noticed(
    status: int, raised: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    items = [{"index": {"status": 201}}, {"delete": {"status": status, "error": {"type": "x"}}}]
    Wire(monkeypatch, (200, {"errors": True, "items": items}))
    with pytest.raises(raised):
        Part(client_of(DOMAIN), "photos-1", OWNER).write([document()], ["b.jpg"], version=1)
