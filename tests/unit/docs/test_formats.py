"""The formats that are read: the code, the page and the documents have one list, in one order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from darkroom.kinds import Format, TableFormat, VideoFormat, refusal_of

ROOT = Path(__file__).parents[3]
PAGE = "web/src/uploads/accepted-files.ts"
WORDS = [f"web/src/words/{language}/uploads.ts" for language in ("en", "de")]
VIDEOS = {each.value.upper() for each in VideoFormat}
READ = [each.name.replace("HEIF", "HEIC") for each in Format]


def shown(path: str, pattern: str) -> list[str]:
    """The formats that a text names where the pattern is, in capitals."""
    return names_in((ROOT / path).read_text(encoding="utf-8"), pattern)


def names_in(text: str, pattern: str) -> list[str]:
    """The formats that a text names where the pattern is, in capitals."""
    found = re.search(pattern, text)
    assert found is not None
    return [name.upper() for name in re.findall(r"[A-Za-z0-9]{3,4}\b", found[1]) if name != "and"]


@pytest.mark.parametrize("path", WORDS)
def test_page_offers_every_format_that_is_read(path: str) -> None:
    assert shown(path, r'picture: "(.*)"') == READ


def test_documents_name_every_format_that_is_read() -> None:
    assert shown("docs/parameters.md", r"\*\*Formats\*\*: ([^.]*)\.") == READ


def test_refusal_names_every_format_that_is_read() -> None:
    sentence = str(refusal_of(b"x"))

    assert names_in(sentence, r"a picture \(([^)]*)\)") == READ
    assert set(names_in(sentence, r"a video \(([^)]*)\)")) == VIDEOS


@pytest.mark.parametrize("path", WORDS)
def test_page_offers_every_format_of_videos_that_is_read(path: str) -> None:
    assert set(shown(path, r'video: "(.*)"')) == VIDEOS


def test_page_takes_every_format_of_tables_that_is_read() -> None:
    types = re.search(r"table: \{\n +types: \{([^}]*)\}", (ROOT / PAGE).read_text("utf-8"))
    assert types is not None
    extensions = re.findall(r"^ +([a-z]+):", types[1], re.MULTILINE)
    assert {format_.value for format_ in TableFormat} <= set(extensions)
