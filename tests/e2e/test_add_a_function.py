"""docs/add-a-function.md, read as a newcomer reads it: every command in its order."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from local.paths import ROOT, STATE

COMMANDS = [
    line
    for block in re.findall(r"```sh\n(.*?)```", (ROOT / "docs/add-a-function.md").read_text(), re.S)
    for line in block.splitlines()
]
INSTALLED = ("bootstrap", "venv", "photos-package", "runtime")  # is not what the page is about


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A repository of its own with the project's files, and what `make setup` has installed."""
    folder = tmp_path / "darkroom"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    (folder / ".local").mkdir()
    for name in INSTALLED:
        if (STATE / name).exists():  # what is not installed yet, the commands install
            (folder / ".local" / name).symlink_to(STATE / name)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=n", "-c", "user.email=n@n", "commit", "--quiet", "-m", "as it is")
    # A link is no folder, which .gitignore speaks of.
    (folder / ".git" / "info" / "exclude").write_text(".venv\n")
    return folder


def git(folder: Path, *arguments: str) -> str:
    run = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return run.stdout


def test_function_is_made_tried_and_removed_when_a_newcomer_follows_the_page(
    checkout: Path,
) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    printed = {}
    for command in COMMANDS:
        run = subprocess.run(
            ["bash", "-c", command],
            cwd=checkout,
            env={**environment, "DEMO_JSON": str(checkout.parent / "demo.json")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, f"{command}\n{run.stdout[-3000:]}{run.stderr[-2000:]}"
        printed[command] = run.stdout

    assert COMMANDS[0].startswith("make function ")
    assert " passed" in printed["make test-unit ARGS='-n 0 -k faces'"]
    assert " passed" in printed["make test-functional ARGS='-n 0 -k faces'"]
    demo = json.loads((checkout.parent / "demo.json").read_text(encoding="utf-8"))
    looked_at = [
        image
        for image in demo["images"]
        if (image["kind"], image["status"]) == ("picture", "processed")
    ]
    assert looked_at
    assert all(image["steps"]["faces"]["state"] == "done" for image in looked_at)
    assert git(checkout, "status", "--porcelain", "--untracked-files=all") == ""
