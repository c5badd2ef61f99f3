"""`make build` with a SAM CLI of one's own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from local.paths import ROOT


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("1.170.0", ""),
        ("1.160.0", ""),
        ("1.159.1", "SAM CLI 1.159.1 is too old: template.yaml needs 1.160.0 or later"),
        ("1.99.0", "SAM CLI 1.99.0 is too old: template.yaml needs 1.160.0 or later"),
    ],
)
def test_old_sam_is_told_what_is_needed_when_it_would_end_in_an_attribute_error(
    version: str, said: str, tmp_path: Path
) -> None:
    sam = tmp_path / "sam"
    sam.write_text(f"#!/bin/sh\necho SAM CLI, version {version}\n")
    sam.chmod(0o755)

    run = subprocess.run(
        # As if the environment were up to date: nothing is installed from here.
        ["make", "--silent", "--old-file=.venv/.done", "check-sam", f"SAM={sam}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stderr.partition("\n")[0] == said
    assert (run.returncode == 0) is (said == "")
