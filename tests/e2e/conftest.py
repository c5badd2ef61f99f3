"""Everything here runs against a cloud of its own on 127.0.0.1, with IAM enforced."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pytest_socket import socket_allow_hosts

from local.cloud import LocalCloud
from local.user import User


def pytest_runtest_setup() -> None:
    """Nothing but this machine can be reached from a test."""
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def cloud() -> Iterator[LocalCloud]:
    """Darkroom, built and deployed: once for the whole run, when the first test asks for it."""
    with LocalCloud("test") as deployed:
        deployed.build()
        deployed.deploy({"HostPage": "true", "DigestSeconds": "3"})
        yield deployed


@pytest.fixture
def user(cloud: LocalCloud) -> Callable[[], User]:
    """Makes a new user on every call, with temporary credentials of its own."""
    return cloud.new_user
