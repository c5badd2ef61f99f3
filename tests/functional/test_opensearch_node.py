"""The OpenSearch of the tests: on this machine alone, and gone with whoever started it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from local.opensearch import node as module
from local.opensearch.node import Node, missing
from local.paths import LAYERS, ROOT
from operations.command import CommandError
from tests.functional.opensearch import needs_node

_STARTER = """
import sys, time
from pathlib import Path
from local.opensearch.node import Node
node = Node(folder=Path(sys.argv[1]))
node.start()
print(node.port, flush=True)
time.sleep(600)
"""


@needs_node
def test_node_leaves_nothing_when_whoever_started_it_is_killed(tmp_path: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", _STARTER, str(tmp_path)],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": LAYERS},
    )
    with starter:
        assert starter.stdout is not None
        port = int(starter.stdout.readline())
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as response:
            assert json.load(response)["version"]["distribution"] == "opensearch"
        with pytest.raises(OSError, match="refused"), socket.create_connection(("127.0.0.2", port)):
            pass  # it listens on one address of this machine
        starter.kill()
    deadline = time.monotonic() + 60
    while list(tmp_path.iterdir()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OSError, match="refused"), socket.create_connection(("127.0.0.1", port)):
        pass


def test_machine_without_java_or_maven_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None if name == "mvn" else f"/bin/{name}")
    said = (
        "a local OpenSearch needs Java 17 or later and Maven, and there is no mvn: "
        "apt install openjdk-17-jdk-headless maven"
    )
    assert missing() == said
    with pytest.raises(CommandError, match="there is no mvn"):
        Node().start()


def test_nothing_runs_that_is_not_what_was_locked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Maven itself compares only with what the place that it fetches from says."""
    lines = (Path(module.__file__).parent / "jars.sha256").read_text().splitlines()
    names = [line.split()[1] for line in lines]

    def fetch(*command: str) -> None:
        [folder] = (each.partition("=")[2] for each in command if "outputDirectory" in each)
        Path(folder).mkdir()
        for name in names:
            (Path(folder) / name).write_bytes(b"another jar")

    monkeypatch.setattr(module, "missing", lambda: None)
    monkeypatch.setattr(module, "_run", fetch)
    monkeypatch.setattr(module, "_HOME", tmp_path)
    with pytest.raises(CommandError, match=f"jars.sha256 does not have: {min(names)}"):
        Node().start()
    assert [each.name for each in tmp_path.iterdir()] == ["lock"]
