"""`make build` with a SAM CLI of one's own, and what `sam build` makes of layers."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

import pytest

from local.paths import ROOT

OF_PROCESSORS = ["Imaging", "Media", "Tables", "Catalogue"]


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


@pytest.mark.parametrize("layer", OF_PROCESSORS)
def test_layer_is_built_for_this_processor_alone_when_it_is_for_this_machine(layer: str) -> None:
    on_arm = platform.machine().lower() in ("arm64", "aarch64")

    assert installs(layer, "Arm64", DARKROOM_BUILD_FOR="host") is on_arm
    assert installs(layer, "X8664", DARKROOM_BUILD_FOR="host") is not on_arm


@pytest.mark.parametrize("layer", OF_PROCESSORS)
def test_layer_is_built_for_both_processors_when_it_is_for_lambda(layer: str) -> None:
    assert installs(layer, "Arm64")
    assert installs(layer, "X8664")


def installs(layer: str, processor: str, **variables: str) -> bool:
    """Whether the recipe of a layer installs packages; nothing is run."""
    recipe = subprocess.run(
        ["make", "--dry-run", f"build-{layer}{processor}Layer", "ARTIFACTS_DIR=/nowhere"]
        + [f"{name}={value}" for name, value in variables.items()],
        cwd=ROOT / "layers" / layer.lower(),
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return "pip install" in recipe
