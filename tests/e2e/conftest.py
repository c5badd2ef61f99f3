"""Everything here runs against a cloud of its own on 127.0.0.1, with IAM enforced.

A cloud takes longer to come up than most tests take, so the tests of a group share one. With xdist
a group runs in one process, beside other groups. GROUPS says which files share; each other file
has a cloud of its own, or needs none. The longest begin first, so that none is left at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import Any

import pytest
from pytest_socket import socket_allow_hosts
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from local.cloud import LocalCloud
from local.user import User
from tests.built import built

__all__ = ["built"]  # a fixture for all tests here

GROUPS = {
    # These upload hundreds of files.
    "test_pipeline.py": "many files",
    "test_corpus.py": "many files",
    "test_athena.py": "beside it",
    "test_catalogue.py": "few files",
    "test_examples.py": "few files",
    "test_identity.py": "few files",
    "test_invoke.py": "few files",
    "test_isolation.py": "few files",
    "test_live.py": "few files",
    "test_operations.py": "few files",
    "test_own_files.py": "few files",
    "test_people.py": "few files",
    "test_search.py": "beside it",
    "test_share.py": "beside it",
    "test_tables.py": "few files",
    "test_videos.py": "few files",
    "emulator": "emulator",
}
LONGEST = (
    "test_update.py",
    "few files",
    "many files",
    "beside it",
    "test_faults.py",
    "test_soak.py",
    "test_add_a_function.py",
    "test_video_watermark.py",  # whoever has a group of one test is given the next one, too
    "emulator",
    "test_newcomer.py",
    "test_deletion.py",
    "test_small_account.py",
)
# Photos of the tests are small, and some tests compare what they are charged with their bytes.
PARAMETERS = {"HostPage": "true", "DigestSeconds": "3", "QuotaMinimumBytes": "0"}


class ByGroup(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Hands a whole group to one process. The marks that xdist has for this do not reach its
    scheduler with pytest 9.2 (xdist 3.8)."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)

    def _reschedule(self, node: WorkerController) -> None:
        # A process begins a test once it knows the next one. Whoever has that is given no other
        # group yet: xdist keeps two tests ready, and one of them may be the longest of all.
        if self._pending_of(self.assigned_work[node]) <= 1:
            super()._reschedule(node)


def group_of(nodeid: str) -> str:
    """The group of a test."""
    file = PurePath(nodeid.partition("::")[0])
    return GROUPS.get(file.name) or GROUPS.get(file.parent.name) or file.name


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    config.option.loadscopereorder = False  # those of most tests would begin first
    return ByGroup(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the groups in order."""
    places = {group: place for place, group in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(group_of(item.nodeid), len(places)))


def pytest_runtest_setup() -> None:
    """Nothing but this machine can be reached from a test."""
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


@pytest.fixture(scope="session")
def cloud(built: None) -> Iterator[LocalCloud]:
    """Darkroom, deployed once for all tests of the group that shares it."""
    with LocalCloud("test") as deployed:
        deployed.deploy(PARAMETERS)
        yield deployed


@pytest.fixture
def user(cloud: LocalCloud) -> Callable[[], User]:
    """Makes a new user on every call, with temporary credentials of its own."""
    return cloud.new_user
