"""The formats that are read: the code, the page and the documents have one list, in one order."""

from __future__ import annotations

import re
from pathlib import Path

from darkroom.kinds import Format

ROOT = Path(__file__).parents[3]
READ = [each.name.replace("HEIF", "HEIC") for each in Format]


def shown(path: str, pattern: str) -> list[str]:
    """The formats that a text names where the pattern is, in capitals."""
    found = re.search(pattern, (ROOT / path).read_text(encoding="utf-8"))
    assert found is not None
    return [name.upper() for name in re.findall(r"[A-Za-z]{3,4}\b", found[1]) if name != "and"]


def test_page_offers_every_format_that_is_read() -> None:
    assert shown("web/src/uploads/accepted-files.ts", r'picture: \{\n +formats: "(.*)"') == READ


def test_documents_name_every_format_that_is_read() -> None:
    assert shown("docs/parameters.md", r"\*\*Formats\*\*: ([^.]*)\.") == READ


def test_refusal_names_every_format_that_is_read() -> None:
    assert shown("layers/core/darkroom/kinds.py", r'upload a ([^"]*) picture') == READ
