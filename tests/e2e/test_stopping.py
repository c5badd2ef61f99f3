"""Whatever a command has started is stopped with it, however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.paths import ROOT
from local.user import PATIENCE_SECONDS

PROGRAM = """
import sys, time
from pathlib import Path
from local.cloud import LocalCloud
from operations.command import CommandError, run_command

def main():
    with LocalCloud("test-stopping") as cloud:
        print(cloud.server._process.pid, cloud.server._state, flush=True)
        if sys.argv[1] == "fault":
            raise CommandError("something foreseeable")
        cloud.build(Path(sys.argv[2]))  # interrupted in the middle of it
        time.sleep(60)

run_command(main)
"""


@pytest.mark.parametrize(
    ("how", "code", "said"),
    [
        ("SIGINT", 130, "stopped"),
        ("SIGTERM", 130, "stopped"),
        ("fault", 2, "error: something foreseeable"),
    ],
)
def test_nothing_is_left_when_a_command_ends(
    how: str, code: int, said: str, tmp_path: Path
) -> None:
    command = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, how, str(tmp_path / "build")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "layers/core"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert command.stdout is not None
    pid, state = command.stdout.readline().split()
    if how != "fault":
        os.killpg(command.pid, signal.Signals[how])  # as a terminal does: to sam as well
    _, errors = command.communicate(timeout=PATIENCE_SECONDS)

    assert command.returncode == code
    assert errors.strip() == said
    assert not Path(state).exists()
    with pytest.raises(ProcessLookupError):
        os.killpg(int(pid), 0)
