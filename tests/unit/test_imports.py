"""What the functions load when they start: a cold start pays for every module, needed or not."""

from __future__ import annotations

import json
import subprocess
import sys

from bench.deployed import Deployed, functions
from local.paths import LAYERS, ROOT

IMAGING = {"PIL", "pic_scale", "pillow_heif", "_pillow_heif", "piexif", "font_source_sans_pro"}
# HEIC is one upload in some; X-Ray's SDK serves nothing here; botocore makes the clients.
LATER = {"pillow_heif", "_pillow_heif", "aws_xray_sdk", "boto3", "s3transfer"}
# Starts functions one after the other in one process; standard input says which, and with what.
START = """
import importlib.util, json, os, sys
for name, file, variables in json.load(sys.stdin):
    os.environ.update(variables)
    spec = importlib.util.spec_from_file_location(name, file)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
print(json.dumps(sorted(sys.modules)))
"""


def loaded_by(chosen: list[Deployed]) -> set[str]:
    files = [
        (each.name, str(ROOT / "functions" / each.name / "app.py"), each.variables)
        for each in chosen
    ]
    environment = {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
        "PYTHONPATH": LAYERS,
    }
    command = [sys.executable, "-c", START]
    run = subprocess.run(
        command,
        input=json.dumps(files),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stdout))


def test_function_that_names_places_has_their_layer_when_its_start_is_measured() -> None:
    layers = {each.name: each.layer_ids for each in functions()}
    having = [name for name, names in layers.items() if "PlacesLayer" in names]
    assert having == ["metadata", "probe"]
    assert all(names[0] == "CoreLayer" for names in layers.values())


def test_no_imaging_library_is_loaded_when_function_needs_no_pixels() -> None:
    chosen = [function for function in functions() if not function.has_pixels]
    assert len(chosen) >= 3
    assert not loaded_by(chosen) & (IMAGING | LATER)


def test_duckdb_is_loaded_by_the_functions_of_tables_alone() -> None:
    of_tables = [function for function in functions() if "Tables" in function.libraries]
    others = [function for function in functions() if function not in of_tables]
    assert [function.name for function in of_tables] == ["profile"]
    assert "duckdb" in loaded_by(of_tables)
    assert "duckdb" not in loaded_by(others)


def test_ffmpeg_is_loaded_by_no_function_for_a_process_of_its_own_reads_videos() -> None:
    of_videos = [function for function in functions() if "Media" in function.libraries]
    assert [function.name for function in of_videos] == ["probe", "convert"]
    assert "av" not in loaded_by(functions())
    (convert,) = [function for function in of_videos if function.name == "convert"]
    assert not loaded_by([convert]) & (IMAGING | LATER)


def test_seldom_used_libraries_are_left_when_function_with_pixels_starts() -> None:
    chosen = [function for function in functions() if function.has_pixels]
    modules = loaded_by(chosen)
    assert "PIL.Image" in modules
    assert not modules & LATER
    # The layer that is deployed has no command.
    assert not [name for name in modules if name.startswith("darkroom.imaging.command")]
