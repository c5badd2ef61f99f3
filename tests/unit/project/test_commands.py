"""What make runs finds everything that it imports."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from local.paths import ROOT

RECIPE = re.compile(r"^\t@(?:PYTHONPATH=(\S+) )?\$\(PYTHON\) -m ([a-z_.]+)", re.MULTILINE)
COMMANDS = RECIPE.findall((ROOT / "Makefile").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("path", "module"), COMMANDS, ids=lambda value: value)
def test_command_is_importable_when_make_runs_it(path: str, module: str) -> None:
    finished = subprocess.run(
        [sys.executable, "-c", f"import {module}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
