"""What all tests share: the names under which a function logs and counts outside of Lambda."""

from __future__ import annotations

import os

import pytest

# Powertools reads these when it is imported, before any fixture runs.
os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "test")
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Darkroom")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--histories", type=int, default=0, help="play so many new random histories besides"
    )
