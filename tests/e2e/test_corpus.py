"""Real photos and hostile files through the deployed pipeline, each to the end it should have."""

from __future__ import annotations

import csv
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from local.cloud import LocalCloud
from local.paths import ROOT
from local.template import steps
from local.user import TERMINAL, wait_for

CORPUS = Path(os.environ.get("DARKROOM_CORPUS", ROOT.parent / "shared" / "corpus"))
MANIFEST = CORPUS / "manifest.csv"

pytestmark = pytest.mark.skipif(
    not MANIFEST.is_file(), reason=f"no corpus at {CORPUS}: set DARKROOM_CORPUS to its folder"
)


def files() -> dict[str, dict[str, str]]:
    """The manifest's rows by file name."""
    with MANIFEST.open(newline="") as manifest:
        return {row["file"]: row for row in csv.DictReader(manifest)}


def ends_of(row: dict[str, str]) -> set[str]:
    """The ends a file may have, as `ok` or `reject:<reason>`."""
    if row["expected"] == "either":
        return {"ok", "reject:corrupt", "reject:truncated"}
    return {row["expected"], row["alt_acceptable"]} - {""}


def end_of(image: dict[str, Any]) -> str:
    return "ok" if image["status"] == "processed" else f"reject:{image.get('reason')}"


def test_every_file_ends_as_expected_when_all_are_uploaded(cloud: LocalCloud) -> None:
    ann, rows = cloud.new_user(), files()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: ann.upload(name, (CORPUS / name).read_bytes()), rows))

    def ended() -> list[dict[str, Any]] | None:
        images = [image for image in ann.images() if image["status"] in TERMINAL]
        return images if len(images) == len(rows) else None

    images = wait_for(ended, seconds=240, what=f"{len(rows)} files to end")
    cloud.wait_until_idle()

    unexpected = {}
    for image in images:
        name = image["image"].rpartition("/")[2]
        if end_of(image) not in ends_of(rows[name]):
            unexpected[name] = f"{end_of(image)}, not {' or '.join(sorted(ends_of(rows[name])))}"
        if image["status"] == "rejected" and not image.get("message", "").endswith("."):
            unexpected[name] = f"no sentence for its owner: {image.get('message')!r}"
        of_its_kind = {name for name, kind in steps().items() if kind in (image["kind"], "any")}
        if set(image["steps"]) != of_its_kind:
            unexpected[name] = f"steps {sorted(image['steps'])}"
    assert unexpected == {}
    assert cloud.dead_letters() == {}
    assert len(ann.notifications()) == len(rows)
    total = ann.usage()["total"]
    assert int(total["stored_bytes"]) == sum(int(row["bytes"]) for row in rows.values())
