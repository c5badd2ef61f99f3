"""docs/clients.md shows the examples as they are, which the end-to-end tests run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[3] / "docs"
TEXT = (DOCS / "clients.md").read_text(encoding="utf-8")
SHOWN: dict[str, str] = dict(
    re.findall(r"\[(examples/[^\]]+)\]\([^)]+\):\n\n```\w+\n(.*?)```", TEXT, re.DOTALL)
)


@pytest.mark.parametrize("name", ["examples/upload.py", "examples/upload.sh"])
def test_example_is_shown_as_it_runs_when_one_reads_about_it(name: str) -> None:
    assert SHOWN[name] in (DOCS / name).read_text(encoding="utf-8")
    assert len(SHOWN[name].splitlines()) > 8
