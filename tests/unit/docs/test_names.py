"""What the documents name is there: files, folders, links, pictures and tests."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# The changelog is history: what it names may be gone by now.
DOCUMENTS = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md")]
DOCUMENTS += sorted((ROOT / "docs").glob("*.md"))
ROOMS = r"bench|docs|events|functions|layers|local|operations|requirements|tests|tools|web"
PATH = re.compile(rf"(?<![\w./~-])(?:{ROOMS}|\.github|\.ci)/[\w./<>*-]*[\w/>*]")
# Where it reads better, a module is named by its room.
MODULE = re.compile(
    r"(?<![\w./-])(?:aws|imaging|media|people|pipeline|quota|repair|tables)/[\w/]+\.py"
)
TEST_FILE = re.compile(r"(?<![\w/])(?:unit|functional|template|e2e|corpus|browser)/[\w/]+\.py")
TEST = re.compile(r"`(test_\w+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)|(?:src|srcset)=\"(?!https?:)([^\"]+)\"")

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def exists(pattern: str) -> bool:
    """Whether a path from the root is there; `<name>` in it stands for any name."""
    return any(ROOT.glob(re.sub(r"<\w+>", "*", pattern).rstrip("/")))


@each_document
def test_file_exists_when_a_document_names_it(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = {*PATH.findall(text), *(f"layers/*/darkroom/{name}" for name in MODULE.findall(text))}

    assert [path for path in sorted(named) if not exists(path)] == []


@each_document
def test_target_exists_when_a_document_links_to_it(document: Path) -> None:
    targets = {a or b for a, b in LINK.findall(document.read_text(encoding="utf-8"))}

    assert [path for path in sorted(targets) if not (document.parent / path).is_file()] == []


@each_document
def test_test_exists_when_a_document_names_it(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    code = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob("tests/**/test_*.py"))

    assert [path for path in TEST_FILE.findall(text) if not (ROOT / "tests" / path).is_file()] == []
    assert [name for name in TEST.findall(text) if f"def {name}(" not in code] == []


def test_every_promise_names_its_tests_when_one_reads_what_holds_it() -> None:
    text = (ROOT / "docs/guarantees.md").read_text(encoding="utf-8")
    held = re.findall(r"- \*\*Held by\*\*:(.*?)(?=\n- |\n\n|\n#)", text, re.DOTALL)

    assert len(held) >= text.count("- **We add**")
    assert [each for each in held if not TEST_FILE.search(each)] == []


def test_every_threat_names_its_tests_when_one_reads_what_stops_it() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?!-|who)(.+) \|$", text.replace("|---|---|---|", ""), re.MULTILINE)

    assert len(rows) >= 10
    assert [row for row in rows if not TEST_FILE.search(row.rpartition(" | ")[2])] == []


def test_every_patch_of_the_emulator_is_in_the_table_when_one_reads_how_it_differs() -> None:
    text = (ROOT / "docs/emulator.md").read_text(encoding="utf-8")
    listed = re.findall(r"\| `(\w+)` \|$", text, re.MULTILINE)
    patches = {path.stem for path in (ROOT / "local/emulator/patches").glob("[a-z]*.py")}

    assert sorted(listed) == sorted(patches)
