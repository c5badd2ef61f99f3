"""The layer fits: Lambda takes 250 MB of a function and all its layers, unzipped."""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

from local.paths import ROOT

_MOST_BYTES = 250 * 1_000_000
_LAYERS = ("core", "imaging", "media")


def packages(layer: str) -> list[str]:
    lock = (ROOT / "requirements" / f"{layer}.txt").read_text()
    return re.findall(r"^([\w-]+)==", lock, re.MULTILINE)


def installed_bytes(package: str) -> int:
    files = metadata.distribution(package).files or []
    paths = [Path(str(file.locate())) for file in files if "__pycache__" not in file.parts]
    return sum(2 * size if suffix == ".py" else size for size, suffix in map(weighed, paths))


def weighed(path: Path) -> tuple[int, str]:
    return path.stat().st_size, path.suffix  # a module has its bytecode beside it


def test_function_of_videos_fits_with_all_its_layers() -> None:
    """As installed here: the wheels for Lambda's processors differ by some percent."""
    names = [name for layer in _LAYERS for name in packages(layer)]
    assert {"av", "pillow", "aws-lambda-powertools"} <= set(names)
    assert sum(map(installed_bytes, names)) < 0.9 * _MOST_BYTES


def test_lock_of_videos_names_no_address() -> None:
    assert "://" not in (ROOT / "requirements/media.txt").read_text()
