"""The layer fits: Lambda takes 250 MB of a function and all its layers, unzipped."""

from __future__ import annotations

from local.paths import ROOT
from tests.unit.media.test_layer import installed_bytes, packages


def test_function_of_tables_fits_with_all_its_layers() -> None:
    """As installed here: the wheels for Lambda's processors differ by some percent."""
    names = [name for layer in ("core", "tables") for name in packages(layer)]
    assert {"duckdb", "aws-lambda-powertools"} <= set(names)
    assert sum(map(installed_bytes, names)) < 0.6 * 250 * 1_000_000


def test_lock_of_tables_names_no_address() -> None:
    assert "://" not in (ROOT / "requirements/tables.txt").read_text()
