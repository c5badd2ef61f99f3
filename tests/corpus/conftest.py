"""The collection of real photos and hostile files, none of which are in the repository."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("DARKROOM_CORPUS", ROOT.parent / "shared" / "corpus"))
MANIFEST = CORPUS / "manifest.csv"

needs_corpus = pytest.mark.skipif(
    not MANIFEST.is_file(), reason=f"no corpus at {CORPUS}: set DARKROOM_CORPUS to its folder"
)


def rows() -> list[dict[str, str]]:
    """What the manifest says of every file that is there."""
    if not MANIFEST.is_file():
        return []
    with MANIFEST.open(newline="") as file:
        return [row for row in csv.DictReader(file) if (CORPUS / row["file"]).is_file()]
