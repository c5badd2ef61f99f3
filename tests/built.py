"""What tests stand on is built once, by one of the processes of a run."""

from __future__ import annotations

import pytest

from local.cloud import LocalCloud


@pytest.fixture(scope="session")
def built() -> None:
    """The tree is built."""
    LocalCloud("test").build()
