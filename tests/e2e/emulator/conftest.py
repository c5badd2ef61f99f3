"""MiniStack with its patches and without: each test shows a gap, and that a patch closes it.

A test on `plain` that turns red after a new version of MiniStack says which patch can go.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local.server import Server


@pytest.fixture(scope="session")
def patched() -> Iterator[Server]:
    """The emulator as every command here starts it."""
    with Server("test-patched") as server:
        yield server


@pytest.fixture(scope="session")
def plain() -> Iterator[Server]:
    """MiniStack as it comes."""
    with Server("test-plain", plain=True) as server:
        yield server
