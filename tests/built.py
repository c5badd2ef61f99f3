"""What tests stand on is built and installed once, by one of the processes of a run."""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import pytest

from local.cloud import LocalCloud
from local.paths import STATE


@contextmanager
def one_process_at_a_time(name: str) -> Iterator[TextIO]:
    """The file of this name, which no other process has meanwhile."""
    STATE.mkdir(parents=True, exist_ok=True)
    with (STATE / name).open("a+") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        mark.seek(0)
        yield mark


@pytest.fixture(scope="session")
def built() -> None:
    """The tree is built."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)
    with one_process_at_a_time("tested-build") as mark:
        if mark.read() != run:
            LocalCloud("test").build()
            mark.truncate(0)
            mark.write(run)
