"""The programs of docs/examples do what docs/clients.md says, run as a reader runs them."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from local.cloud import LocalCloud
from local.paths import ROOT, STATE
from operations.deployment import Deployment
from operations.outputs import describe, write
from tests.e2e.photos import photo

EMAIL, PASSWORD = "reader@darkroom.example", 'a long enough pass phrase, "quoted"'
COMMANDS = {"upload.py": [sys.executable], "upload.sh": ["bash"]}


@pytest.fixture(scope="module")
def reader(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Where somebody with an account tries the examples, and their identity."""
    account = cloud.new_user(EMAIL, PASSWORD)
    folder = tmp_path_factory.mktemp("reader")
    stack = Deployment.of_local(cloud.running)
    write(folder / "amplify_outputs.json", describe(stack))
    return folder, account.identity_id


@pytest.mark.parametrize("name", COMMANDS)
def test_photo_is_uploaded_and_its_thumbnail_fetched_when_example_runs(
    cloud: LocalCloud, reader: tuple[Path, str], name: str
) -> None:
    folder, _ = reader
    picture = folder / f"{name}.jpg"
    picture.write_bytes(photo(sum(map(ord, name)), (800, 600)))
    (folder / "thumbnail.webp").unlink(missing_ok=True)

    run = subprocess.run(
        [*COMMANDS[name], str(ROOT / "docs" / "examples" / name), str(picture)],
        cwd=folder,
        env={
            "PATH": f"{STATE / 'cli' / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "AWS_ENDPOINT_URL": cloud.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "NO_PROXY": "127.0.0.1",
            "HOME": str(folder),
            "EMAIL": EMAIL,
            "PASSWORD": PASSWORD,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.split()[0] == "processed"
    thumbnail = Image.open(io.BytesIO((folder / "thumbnail.webp").read_bytes()))
    assert thumbnail.size == (240, 180)
