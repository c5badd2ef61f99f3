"""The emulator checks who signed a request, and starts and ends as its launcher promises."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from local.emulator.patches import PATCHES
from local.paths import ROOT
from local.server import Server
from tests.e2e.emulator.principals import client, role_credentials, unsigned_client

READ = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}


@pytest.fixture(scope="module")
def bucket(patched: Server) -> str:
    client(patched, "s3").create_bucket(Bucket="signed")
    client(patched, "s3").put_object(Bucket="signed", Key="photo.jpg", Body=b"a photo")
    return "signed"


def test_request_is_refused_when_its_signature_is_forged(patched: Server, bucket: str) -> None:
    """Here those of users and functions; the owner's: test_owner_key.py."""
    held = role_credentials(patched, [READ])
    forged = Credentials(held.access_key, "guessed", held.token)

    client(patched, "s3", held).get_object(Bucket=bucket, Key="photo.jpg")
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        client(patched, "s3", forged).get_object(Bucket=bucket, Key="photo.jpg")


def test_request_is_refused_when_it_is_not_signed(patched: Server, bucket: str) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        unsigned_client(patched, "s3").get_object(Bucket=bucket, Key="photo.jpg")


def test_emulator_is_gone_when_its_starter_is_killed() -> None:
    program = (
        "import os, signal\n"
        "from local.server import Server\n"
        "server = Server('test-launcher-orphan')\n"
        "server.start()\n"
        "print(server._process.pid, server._state, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    starter = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "layers/core"},
        capture_output=True,
        text=True,
        check=False,
    )
    pid, state = starter.stdout.split()
    process = Path(f"/proc/{pid}/cmdline")
    if not process.parent.parent.joinpath("self").exists():
        pytest.skip("no /proc on this machine")
    waited = subprocess.run(
        ["timeout", "60", "sh", "-c", f"while grep -q emulator {process}; do sleep 0.1; done"],
        capture_output=True,
        check=False,
    )
    assert waited.returncode == 0
    assert not Path(state).exists()


def test_emulator_refuses_to_start_when_its_version_is_another(tmp_path: Path) -> None:
    for package in ("local", "operations"):
        shutil.copytree(ROOT / package, tmp_path / package)
    fake = tmp_path / "ministack-1.5.34.dist-info"
    fake.mkdir()
    (fake / "METADATA").write_text("Metadata-Version: 2.1\nName: ministack\nVersion: 1.5.34\n")
    finished = subprocess.run(
        [sys.executable, "-m", "local.emulator"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 1
    assert finished.stderr == "local/emulator is written for MiniStack 1.5.33, not 1.5.34.\n"


def test_every_patch_is_applied_and_has_a_test_of_its_gap() -> None:
    modules = {path.stem for path in (ROOT / "local/emulator/patches").glob("[a-z]*.py")}
    tests = {path.stem for path in Path(__file__).parent.glob("test_*.py")}
    assert {patch.__name__.rpartition(".")[2] for patch in PATCHES} == modules
    assert {f"test_{name}" for name in modules} <= tests
