"""The layer of search: small, and locked without an address."""

from __future__ import annotations

import subprocess
import sys

import pytest

from local.paths import LAYERS, ROOT
from tests.unit.media.test_layer import installed_bytes, packages


def test_layer_of_search_stays_small() -> None:
    """As installed here: the wheels for Lambda's processors differ by some percent."""
    assert packages("search") == ["tantivy"]
    assert installed_bytes("tantivy") < 20 * 1_000_000


def test_lock_of_search_names_no_address() -> None:
    assert "://" not in (ROOT / "requirements/search.txt").read_text()


@pytest.mark.parametrize(
    ("engine", "loads", "leaves"),
    [
        ("darkroom.search.shelf", "tantivy", "darkroom.search.opensearch"),
        ("darkroom.search.opensearch.asking", "darkroom.search.opensearch.client", "tantivy"),
        ("darkroom.search.opensearch.updates", "darkroom.search.opensearch.client", "tantivy"),
    ],
)
def test_engine_that_is_not_chosen_is_not_loaded(engine: str, loads: str, leaves: str) -> None:
    code = f"""
import sys
import darkroom.search.desk, darkroom.search.engines, darkroom.search.feed, {engine}
print({loads!r} in sys.modules, {leaves!r} in sys.modules)
"""
    told = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": LAYERS}, capture_output=True, check=True
    )
    assert told.stdout.split() == [b"True", b"False"]
