"""What all tests share: names under which functions log and count, and time for Hypothesis."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, settings

# How long an example takes depends on the machine. Where CI is set, Hypothesis says so by itself.
settings.register_profile(
    "busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("busy machine")

# Powertools reads these when it is imported, before any fixture runs.
os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "test")
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "Darkroom")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--histories", type=int, default=0, help="play so many new random histories besides"
    )
