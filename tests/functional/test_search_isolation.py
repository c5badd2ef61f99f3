"""What a question takes is the same whatever others have: no answer and no time tells of them.

Times are not measured here. What the function does for a question is written down instead: each
request to AWS whole, and each call of the engine with how much it found. Nothing else takes time.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from inspect import isfunction
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from darkroom.search.engine import Reader
from darkroom.search.shelf import Shelf
from darkroom.search.store import key_of

from tests.functional.search import BUCKET, Search, search
from tests.functional.test_index_updates import write
from tests.unit.search.records import record
from tests.unit.search.test_requests import WORLD

__all__ = ["search"]  # a fixture

SECRET = {"camera": "Rarecam", "latitude": 47, "longitude": 15, "place": {"town": "Graz"}}
HASH = "00000000abcdef00"


def numbers(*paths: str) -> str:
    digests = (hashlib.sha256(path.encode()).digest()[:8] for path in paths)
    return base64.b64encode(b"".join(digests)).decode()


def cursor(path: str) -> str:
    return base64.urlsafe_b64encode(json.dumps([0, 0, path]).encode()).decode()


# Of ann's. Some name what is of bob's, as far as a body can.
QUESTIONS: dict[str, dict[str, Any]] = {
    "everything": {},
    "a word of another's": {"text": "secret", "facets": True},
    "a word being typed": {"text": "sec", "facets": True},
    "a word with a mistake": {"text": "sceret "},
    "by relevance": {"text": "secret", "order": "relevance"},
    "a camera of another's": {"cameras": ["Rarecam"], "facets": True},
    "where another was": {"near": {"latitude": 47, "longitude": 15, "kilometres": 5}},
    "a map": {"map": WORLD},
    "like another's": {"like": "users/bob/secret.jpg"},
    "among another's": {"among": numbers("secret.jpg", "users/bob/secret.jpg")},
    "without another's": {"without": numbers("secret.jpg")},
    "duplicates": {"duplicates": True, "facets": True},
    "behind another's": {"after": cursor("secret.jpg"), "limit": 1},
    "a year": {"from": "2026", "to": "2026", "states": ["processed"]},
}


@dataclass
class Work:
    """What was done: requests to AWS, and calls of the engine."""

    requests: list[tuple[str, ...]] = field(default_factory=list)
    calls: list[tuple[str, int | None]] = field(default_factory=list)

    def hear(self, operation: str, request: Any) -> None:
        """Write down a request: all of it but what signs and dates it."""
        address = urlsplit(request.url)
        where = unquote(f"{address.netloc}{address.path}?{address.query}")
        condition = str(request.headers.get("If-None-Match"))
        body = request.body if isinstance(request.body, bytes) else str(request.body).encode()
        self.requests.append((operation, where, condition, body.decode()))


@dataclass
class Watched:
    """The functions of search, with what a question takes."""

    search: Search
    work: Work

    def ask(self, user: str, question: dict[str, Any]) -> tuple[dict[str, Any], Work]:
        """The answer, and what was done for it."""
        self.work.requests, self.work.calls = [], []
        wire = self.search.world.wire
        with wire.watch(lambda *_: "none"):
            answer = self.search.ask(user, **question)
        return answer, Work(self.work.requests.copy(), self.work.calls.copy())

    def upload(self, user: str, *names: str, **changes: Any) -> None:
        """Have some more files of a user in their index."""
        for name in names:
            write(self.search.world, record(name, user, **changes))
            told = {"identity_id": user, "image": f"users/{user}/{name}"}
            assert self.search.deliver(json.dumps(told)) == []


@pytest.fixture
def watched(search: Search, monkeypatch: pytest.MonkeyPatch) -> Watched:
    work = Work()

    def noted(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(method)
        def call(*arguments: Any, **more: Any) -> Any:
            found = method(*arguments, **more)
            size = found if isinstance(found, int) else None if found is None else len(found)
            work.calls.append((name, size))
            return found

        return call

    for name, method in vars(Reader).items():
        if isfunction(method) and not name.startswith("__"):
            monkeypatch.setattr(Reader, name, noted(name, method))
    monkeypatch.setattr(search.world.wire, "heard", work.hear)
    return Watched(search, work)


class Untouchable:
    """Another's index, as it lies opened in the function that ann asks."""

    def __getattribute__(self, name: str) -> Any:
        raise AssertionError(f"another's index was asked for its {name}")


def others_ask_first(watched: Watched) -> None:
    """Bob's index is in the function then, and may not be looked at from now on."""
    watched.ask("bob", {"duplicates": True})
    shelf: Shelf = watched.search.search.desk._engine
    stand_in: Any = Untouchable()
    shelf._opened["bob"] = replace(shelf._opened["bob"], answers=stand_in)


@pytest.mark.parametrize("name", QUESTIONS)
def test_question_takes_the_same_whatever_others_have(name: str, watched: Watched) -> None:
    watched.upload("ann", "a.jpg", "b.jpg", perceptual_hash=HASH)
    watched.ask("ann", QUESTIONS[name])  # so that the index is there, and what is read once
    alone = watched.ask("ann", QUESTIONS[name])
    assert alone[1].calls
    watched.upload("bob", "secret.jpg", "copy.jpg", "a.jpg", perceptual_hash=HASH, metadata=SECRET)
    others_ask_first(watched)
    answer, work = watched.ask("ann", QUESTIONS[name])
    assert (answer, work) == alone
    assert "bob" not in json.dumps(answer)
    [(operation, where, _, _)] = work.requests
    assert operation == "GetObject"
    assert where.startswith(f"{BUCKET}.")
    assert where.endswith(f"/{key_of('ann')}?")


@pytest.mark.parametrize("name", ["like another's", "among another's", "without another's"])
def test_what_is_of_another_is_as_what_never_was(name: str, watched: Watched) -> None:
    """So nobody learns whether another has a file of some name, or one that looks the same."""
    watched.upload("ann", "a.jpg", "b.jpg", perceptual_hash=HASH)
    watched.upload("bob", "secret.jpg", perceptual_hash=HASH, metadata=SECRET)
    others_ask_first(watched)
    watched.ask("ann", QUESTIONS[name])
    [field_name] = QUESTIONS[name]
    never = {
        "like": "users/bob/neverw.jpg",
        "among": numbers("neverw.jpg", "users/bob/neverw.jpg"),
        "without": numbers("neverw.jpg"),
    }[field_name]
    of_another = watched.ask("ann", QUESTIONS[name])
    assert of_another == watched.ask("ann", {field_name: never})
    assert of_another[0]["total"] == (2 if field_name == "without" else 0)


@pytest.mark.parametrize("name", QUESTIONS)
def test_owner_without_an_index_learns_nothing_of_others(name: str, watched: Watched) -> None:
    alone = watched.ask("ann", QUESTIONS[name])
    watched.upload("bob", "secret.jpg", perceptual_hash=HASH, metadata=SECRET)
    others_ask_first(watched)
    assert watched.ask("ann", QUESTIONS[name]) == alone
    read, queried = alone[1].requests
    assert read[0] == "GetObject"
    assert f"/{key_of('ann')}" in read[1]
    assert queried[0] == "Query"
    assert json.loads(queried[3])["ExpressionAttributeValues"].popitem()[1] == {"S": "ann"}
    assert alone[1].calls == []
