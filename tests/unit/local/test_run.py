"""What `make run` says, and nothing it starts."""

from __future__ import annotations

import pytest

from local.cloud import LocalCloud
from local.run import engine_of, show_page
from operations.arguments import Arguments
from operations.command import CommandError


def test_missing_page_is_explained_in_a_line_when_there_is_no_node(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_page(None)

    said = capsys.readouterr().out.strip().splitlines()
    assert len(said) == 1
    assert "Node.js" in said[0]


def test_stack_that_there_is_not_is_refused_before_anything_is_built() -> None:
    with pytest.raises(CommandError, match="WITH=albums is no stack"):
        LocalCloud("test").deploy_beside("albums")


def test_engine_that_there_is_not_is_refused_before_anything_is_started() -> None:
    assert engine_of(Arguments({"WITH": "search"})) == ("search", "index")
    with pytest.raises(CommandError, match="SEARCH_ENGINE=solr is none of index, opensearch"):
        engine_of(Arguments({"WITH": "search", "SEARCH_ENGINE": "solr"}))
