"""An engine with some documents in it, for the contract that every engine of search keeps.

The tests of `test_answers` and `test_cells` are that contract: they ask whatever the fixture `make`
makes. It makes the usual engine here, and the other one in `functional/test_search_contract.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest
from darkroom.search.answers import Answers
from darkroom.search.documents import Document
from darkroom.search.index import Index
from darkroom.search.requests import read_request

Ask = Callable[..., dict[str, Any]]


class Make(Protocol):
    """Makes an index of Ann's documents alone, written in some pieces, and returns what asks it.

    In each run `rounds` questions are made up, with pages of `limits`: some engines take longer.
    """

    rounds: int
    limits: tuple[int, ...]

    def __call__(self, documents: list[Document], *, pieces: int = 1) -> Ask: ...


class MakeIndex:
    """Makes an index as it is stored for each owner."""

    rounds = 120
    limits: tuple[int, ...] = (1, 7, 200)

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0

    def __call__(self, documents: list[Document], *, pieces: int = 1) -> Ask:
        self._made += 1
        folder = self._folder / str(self._made)
        folder.mkdir()
        index = Index.create(folder, "ann")
        for piece in range(pieces):
            with index.writing() as writer:
                for each in documents[piece::pieces]:
                    writer.put(each)
        answers = Answers(index)

        def ask(**request: Any) -> dict[str, Any]:
            answer = answers.answer(read_request(json.dumps(request).encode()))
            assert answer.pop("building")  # for it is not made of records
            return answer

        return ask


@pytest.fixture
def make(tmp_path: Path) -> Make:
    return MakeIndex(tmp_path)
