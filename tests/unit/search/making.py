"""An engine with some documents in it, for the contract that every engine of search keeps.

The tests of `test_answers` and `test_cells` are that contract: they ask whatever the fixture `make`
makes. It makes the usual engine here, and the other one in `functional/test_search_contract.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import pytest
from darkroom.search.answers import Answers
from darkroom.search.documents import Document
from darkroom.search.engine import Reader
from darkroom.search.index import Index, number_of
from darkroom.search.joined import Joined, Piece
from darkroom.search.queries import Queries
from darkroom.search.requests import read_request

Ask = Callable[..., dict[str, Any]]


class Make(Protocol):
    """Makes an index of Ann's documents alone, written in some pieces, and returns what asks it.

    It may be one of several parts; an engine that knows none leaves them out.

    In each run `rounds` questions are made up, with pages of `limits`: some engines take longer.
    """

    rounds: int
    limits: tuple[int, ...]

    def __call__(self, documents: list[Document], *, pieces: int = 1, parts: int = 0) -> Ask: ...


def opened(index: Index) -> tuple[Reader, int]:
    return index.reader(), 1


def answers_of_parts(folder: Path, documents: list[Document], count: int) -> Answers:
    """Answers from parts; each has some of another, too, which are hidden in it."""
    parts = []
    for part in range(count):
        index = Index.create(empty(folder / f"part {part}"), "ann")
        other = documents[(part + 1) % count :: count][::3] if count > 1 else []
        with index.writing() as writer:
            for each in [*documents[part::count], *other]:
                writer.put(each)
        hidden = {number_of(each.path) for each in other}
        parts.append(Piece(partial(opened, index), hidden))
    queries = Queries(index.schema)
    joined: Any = Joined(parts, queries, most_bytes=count - 1)
    return Answers(index.state, joined, queries, lambda: None)


def empty(folder: Path) -> Path:
    folder.mkdir()
    return folder


class MakeIndex:
    """Makes an index as it is stored for each owner."""

    rounds = 120
    limits: tuple[int, ...] = (1, 7, 200)

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0

    def __call__(self, documents: list[Document], *, pieces: int = 1, parts: int = 0) -> Ask:
        self._made += 1
        folder = empty(self._folder / str(self._made))
        index = Index.create(folder, "ann")
        for piece in range(pieces):
            with index.writing() as writer:
                for each in documents[piece::pieces]:
                    writer.put(each)
        answers = Answers.of(index)
        if parts:
            answers = answers_of_parts(folder, documents, parts)

        def ask(**request: Any) -> dict[str, Any]:
            answer = answers.answer(read_request(json.dumps(request).encode()))
            assert answer.pop("building")  # for it is not made of records
            return answer

        return ask


@pytest.fixture
def make(tmp_path: Path) -> Make:
    return MakeIndex(tmp_path)
