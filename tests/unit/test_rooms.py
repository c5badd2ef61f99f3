"""What is shipped knows nothing of the operator's commands, and they nothing of the local cloud.

Within the house that docs/images/house.svg shows, what stands higher uses what is below it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from operations.paths import ROOT

OF_DEVELOPERS = {"local", "bench", "tests", "tools"}
AWS = {"aws_lambda_powertools", "boto3", "botocore", "darkroom.aws"}
ROOMS = {"darkroom.pipeline", "darkroom.quota", "darkroom.people", "darkroom.repair"}
LIBRARIES = {
    "darkroom.imaging", "darkroom.media", "darkroom.tables", "darkroom.catalogue",
    "darkroom.search", "darkroom.share", "darkroom.places", "darkroom.athena",
}  # fmt: skip
# Which packages the modules below a folder must never import.
FORBIDDEN = {
    "layers/core": OF_DEVELOPERS | {"operations"},
    "layers/core/darkroom/aws": ROOMS | LIBRARIES,
    "layers/imaging": OF_DEVELOPERS | {"operations", "darkroom.media"} | AWS | ROOMS,
    "layers/media": OF_DEVELOPERS | {"operations"} | AWS | ROOMS,
    "layers/catalogue": OF_DEVELOPERS | {"operations", "boto3", "darkroom.imaging"},
    "layers/search": OF_DEVELOPERS | {"operations", "boto3", "darkroom.imaging"},
    "layers/share": OF_DEVELOPERS | (LIBRARIES - {"darkroom.share"}) | {"operations", "boto3"},
    "layers/athena": OF_DEVELOPERS | (LIBRARIES - {"darkroom.athena"}) | {"operations", "boto3"},
    "layers/places": OF_DEVELOPERS | {"operations", "darkroom.imaging"} | AWS | ROOMS,
    "layers/tables": OF_DEVELOPERS | {"operations", "darkroom.imaging"} | AWS | ROOMS,
    "functions": OF_DEVELOPERS | {"operations"},
    "operations": OF_DEVELOPERS,
}


def imported(source: str) -> Iterator[str]:
    """The modules that a module's source imports anywhere, in functions too."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from (f"{node.module}.{name.name}" for name in node.names)


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("folder", FORBIDDEN)
def test_room_imports_nothing_of_a_room_that_stands_on_it(folder: str) -> None:
    found = {
        f"{path.relative_to(ROOT)} imports {module}"
        for path in modules(folder)
        for module in imported(path.read_text())
        for package in FORBIDDEN[folder]
        if f"{module}.".startswith(f"{package}.")
    }
    assert modules(folder) != []
    assert found == set()


def test_import_is_found_when_it_stands_inside_of_a_function() -> None:
    source = (
        "import os.path\ndef f():\n    from local.cloud import STACK\n    import bench.cost as b\n"
    )
    assert set(imported(source)) == {"os.path", "local.cloud.STACK", "bench.cost"}
