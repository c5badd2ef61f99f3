"""The layer of search: small, and locked without an address."""

from __future__ import annotations

from local.paths import ROOT
from tests.unit.media.test_layer import installed_bytes, packages


def test_layer_of_search_stays_small() -> None:
    """As installed here: the wheels for Lambda's processors differ by some percent."""
    assert packages("search") == ["tantivy"]
    assert installed_bytes("tantivy") < 20 * 1_000_000


def test_lock_of_search_names_no_address() -> None:
    assert "://" not in (ROOT / "requirements/search.txt").read_text()
