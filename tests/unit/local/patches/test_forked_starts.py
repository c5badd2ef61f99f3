"""Which processes are copies."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from local.emulator.patches.forked_starts import starting


def started(command: list[str], folder: Path, layers: list[Path]) -> str:
    """How a process is started."""

    def otherwise(command: list[str], **options: Any) -> str:
        return f"{command[1]} anew, buffered by {options['bufsize']}"

    def copied(script: str, folder: str, environment: dict[str, str]) -> str:
        return f"{script} as a copy"

    start = starting(otherwise, copied)
    variables = {"_LAMBDA_LAYERS_DIRS": os.pathsep.join(map(str, layers))}
    return str(start(command, cwd=str(folder), env=variables, bufsize=1))


def test_python_functions_are_copies_when_the_sdk_is_the_usual_one(tmp_path: Path) -> None:
    assert started([sys.executable, "worker"], tmp_path, []) == "worker as a copy"
    assert started([sys.executable, "worker"], tmp_path, [tmp_path]) == "worker as a copy"
    assert started(["node", "worker"], tmp_path, []) == "worker anew, buffered by 1"


@pytest.mark.parametrize("where", ["botocore", "layer/python/botocore"])
def test_function_is_started_anew_when_it_has_an_sdk_of_its_own(tmp_path: Path, where: str) -> None:
    (tmp_path / where).mkdir(parents=True)
    found = started([sys.executable, "worker"], tmp_path, [tmp_path / "other", tmp_path / "layer"])
    assert found == "worker anew, buffered by 1"
