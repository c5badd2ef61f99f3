"""Somebody who has just cloned the repository, with Python, make and a SAM CLI and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from local.paths import ROOT, TOOLS
from local.server import Server

# A company's proxy or package index has to reach pip and uv in an empty home, too.
REACH = ("PIP_", "SSL_CERT", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's files as git has them, without anything that was installed or built."""
    folder = tmp_path_factory.mktemp("newcomer") / "darkroom"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (ROOT / name).is_file():  # and not deleted since the last commit
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return folder


def sam(clone: Path, *arguments: str, typed: str = "", **variables: str) -> None:
    """Run a command of the SAM CLI as the newcomer types it."""
    commands = clone.parent / "bin"
    commands.mkdir(exist_ok=True)
    for name, target in {"sam": TOOLS / "sam", "python3": (TOOLS / "python").resolve()}.items():
        if not (commands / name).exists():
            (commands / name).symlink_to(target)
    home = clone.parent / "home"
    home.mkdir(exist_ok=True)
    inherited = {name: value for name, value in os.environ.items() if name.startswith(REACH)}
    environment = {
        **inherited,
        "HOME": str(home),
        "PATH": os.pathsep.join([str(commands), "/usr/bin", "/bin"]),
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.5",
        "NO_PROXY": "127.0.0.1",
        **variables,
    }
    finished = subprocess.run(
        ["sam", *arguments],
        cwd=clone,
        env=environment,
        input=typed,
        text=True,
        capture_output=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout[-3000:] + finished.stderr[-3000:]


def test_build_and_guided_deployment_work_when_nothing_was_set_up(clone: Path) -> None:
    sam(clone, "build")
    with Server("newcomer") as server:
        # Enter takes the default of every question: there is one for each parameter, and some.
        sam(clone, "deploy", "--guided", typed="\n" * 300, **server.root)

        cloud = server.client("cloudformation")
        (stack,) = cloud.describe_stacks(StackName="darkroom-dev")["Stacks"]

    assert stack["StackStatus"] == "CREATE_COMPLETE"
    core = next((clone / ".aws-sam" / "build").glob("CoreLayer*"))
    assert (core / "python" / "darkroom" / "pipeline" / "events.py").is_file()
