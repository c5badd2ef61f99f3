"""Everything here runs against a cloud of its own on 127.0.0.1, with IAM enforced.

A cloud takes longer to come up than most tests take, so the tests of a group share one. GROUPS
says which files have a cloud of their own, or need none; all others share `cloud`. With xdist
each group runs in one process, beside the other groups.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Callable, Iterator

import pytest
from pytest_socket import socket_allow_hosts

from local.cloud import LocalCloud
from local.paths import STATE
from local.user import User

GROUPS = {
    "test_faults.py": "faults",
    "test_soak.py": "apart",
    "test_stopping.py": "apart",
    "test_newcomer.py": "apart",
    "test_update.py": "apart",
    "test_add_a_function.py": "apart",
    "emulator": "apart",
}


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups in this hook, too
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test the group that its file belongs to, for `--dist loadgroup`."""
    for item in items:
        group = GROUPS.get(item.path.name) or GROUPS.get(item.path.parent.name) or "shared"
        item.add_marker(pytest.mark.xdist_group(group))


def pytest_runtest_setup() -> None:
    """Nothing but this machine can be reached from a test."""
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def built() -> None:
    """What is deployed has been built: once for all processes of this run."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", uuid.uuid4().hex)
    with (STATE / "tested-build").open("a+") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        mark.seek(0)
        if mark.read() != run:
            LocalCloud("test").build()
            mark.truncate(0)
            mark.write(run)


@pytest.fixture(scope="session")
def cloud(built: None) -> Iterator[LocalCloud]:
    """Darkroom, deployed once for all tests of the group that shares it."""
    with LocalCloud("test") as deployed:
        deployed.deploy({"HostPage": "true", "DigestSeconds": "3"})
        yield deployed


@pytest.fixture
def user(cloud: LocalCloud) -> Callable[[], User]:
    """Makes a new user on every call, with temporary credentials of its own."""
    return cloud.new_user
