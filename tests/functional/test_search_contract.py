"""The contract of `unit/search/test_answers.py` and `test_cells.py`, kept by OpenSearch on a node.

All of it is asked beside another owner's documents, in the same shard, which have the same paths,
words, numbers and looks, and of which none is ever found.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

import pytest
from darkroom.search.documents import Document
from darkroom.search.opensearch.answers import Answers
from darkroom.search.opensearch.client import Client
from darkroom.search.opensearch.mapping import newest
from darkroom.search.opensearch.part import Part
from darkroom.search.requests import read_request

from local.opensearch.node import Node
from tests.functional.conftest import ENVIRONMENT
from tests.functional.opensearch import needs_node
from tests.unit.search.making import Ask
from tests.unit.search.test_answers import (
    test_answer_is_what_looking_at_every_file_finds,
    test_circle_has_no_corners_and_goes_across_the_date_line,
    test_empty_index_has_an_answer_to_everything,
    test_facets_count_what_matches,
    test_files_of_one_moment_are_all_there_page_by_page,
    test_groups_are_of_what_matches,
    test_groups_hold_what_looks_the_same_with_the_best_first,
    test_next_page_goes_on_where_the_last_ended_when_files_come_and_go,
    test_text_is_no_language,
    test_word_with_a_mistake_is_forgiven_only_if_nothing_has_the_word,
    test_words_are_those_that_one_may_be_typing,
)
from tests.unit.search.test_cells import (
    test_cells_are_what_looking_at_every_file_counts,
    test_cells_count_what_a_request_finds_and_no_deleted_file,
    test_files_of_one_place_stay_together_in_the_smallest_window,
    test_last_line_of_a_grid_belongs_to_its_last_cell,
    test_world_without_places_has_no_cells,
)

__all__ = [
    "test_answer_is_what_looking_at_every_file_finds",
    "test_cells_are_what_looking_at_every_file_counts",
    "test_cells_count_what_a_request_finds_and_no_deleted_file",
    "test_circle_has_no_corners_and_goes_across_the_date_line",
    "test_empty_index_has_an_answer_to_everything",
    "test_facets_count_what_matches",
    "test_files_of_one_moment_are_all_there_page_by_page",
    "test_files_of_one_place_stay_together_in_the_smallest_window",
    "test_groups_are_of_what_matches",
    "test_groups_hold_what_looks_the_same_with_the_best_first",
    "test_last_line_of_a_grid_belongs_to_its_last_cell",
    "test_next_page_goes_on_where_the_last_ended_when_files_come_and_go",
    "test_text_is_no_language",
    "test_word_with_a_mistake_is_forgiven_only_if_nothing_has_the_word",
    "test_words_are_those_that_one_may_be_typing",
    "test_world_without_places_has_no_cells",
]
pytestmark = needs_node


class MakePart:
    """Makes Ann's part of an index in which a neighbour has the same."""

    rounds = 4  # three times, for parts that there are none of
    limits: tuple[int, ...] = (7, 200)

    def __init__(self, client: Client, index: str) -> None:
        def shard(owner: str) -> int:
            found = client.send("GET", index, "_search_shards", routing=owner)
            return int(found["shards"][0][0]["shard"])

        neighbour = next(f"bob{at}" for at in count() if shard(f"bob{at}") == shard("ann"))
        self._ann, self._neighbour = (Part(client, index, each) for each in ("ann", neighbour))
        self._versions = count(1)

    def __call__(self, documents: list[Document], *, pieces: int = 1, parts: int = 0) -> Ask:
        for part in (self._ann, self._neighbour):
            part.clear(version=next(self._versions))
        for piece in range(pieces):
            for part in (self._ann, self._neighbour):
                part.write(documents[piece::pieces], [], version=next(self._versions))
        self._ann.refresh()
        answers = Answers(self._ann, "ann")

        def ask(**request: Any) -> dict[str, Any]:
            return answers.answer(read_request(json.dumps(request).encode()))

        return ask


@pytest.fixture(scope="module")
def maker(node: Node) -> Iterator[MakePart]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in credentials().items():
            patch.setenv(name, value)
        client = Client(node.endpoint, read_seconds=30, attempts=1)
        yield MakePart(client, newest(client, "contract"))


@pytest.fixture
def make(maker: MakePart) -> MakePart:
    return maker


def credentials() -> Mapping[str, str]:
    return {name: value for name, value in ENVIRONMENT.items() if name.startswith("AWS_")}
