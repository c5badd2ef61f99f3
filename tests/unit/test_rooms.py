"""What is shipped knows nothing of the operator's commands, and they nothing of the local cloud."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.paths import ROOT

OF_DEVELOPERS = {"local", "bench", "tests", "tools"}
# Which packages the modules below a folder must never import.
FORBIDDEN = {
    "layers/core": OF_DEVELOPERS | {"operations"},
    "layers/imaging": OF_DEVELOPERS | {"operations"},
    "functions": OF_DEVELOPERS | {"operations"},
    "operations": OF_DEVELOPERS,
}


def imported(source: str) -> Iterator[str]:
    """The top-level packages that a module's source imports anywhere, in functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_room_imports_nothing_of_a_room_that_stands_on_it(folder: str) -> None:
    found = {
        f"{path.relative_to(ROOT)} imports {package}"
        for path in modules(folder)
        for package in set(imported(path.read_text())) & FORBIDDEN[folder]
    }
    assert modules(folder) != []
    assert found == set()


def test_import_is_found_when_it_stands_inside_of_a_function() -> None:
    source = (
        "import os.path\ndef f():\n    from local.cloud import STACK\n    import bench.cost as b\n"
    )
    assert set(imported(source)) == {"os", "local", "bench"}
