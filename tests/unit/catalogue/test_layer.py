"""The catalogue's layer: small, and locked without an address."""

from __future__ import annotations

from local.paths import ROOT
from tests.unit.media.test_layer import installed_bytes, packages


def test_layer_of_the_catalogue_stays_small() -> None:
    """As installed here: the wheels for Lambda's processors differ by some percent."""
    names = packages("catalogue")
    installed = [name for name in names if name != "tzdata"]  # which is for Windows
    assert {"psycopg", "psycopg-binary"} <= set(names)
    assert sum(map(installed_bytes, installed)) < 25 * 1_000_000


def test_lock_of_the_catalogue_names_no_address() -> None:
    assert "://" not in (ROOT / "requirements/catalogue.txt").read_text()
