"""A node of OpenSearch for tests, where this machine can run one; CI has to."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from local.opensearch.node import Node, missing

_LACK = missing()
# In CI they run all the same, and fail with the same sentence.
needs_node = pytest.mark.skipif(_LACK is not None and not os.environ.get("CI"), reason=str(_LACK))


@pytest.fixture(scope="session")
def node() -> Iterator[Node]:
    """A node for all tests of this process."""
    with Node() as running:
        yield running
