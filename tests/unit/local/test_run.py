"""What `make run` says, and nothing it starts."""

from __future__ import annotations

import pytest

from local.run import show_page


def test_missing_page_is_explained_in_a_line_when_there_is_no_node(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_page(None)

    said = capsys.readouterr().out.strip().splitlines()
    assert len(said) == 1
    assert "Node.js" in said[0]
