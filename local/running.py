"""The cloud that `make run` keeps up, as other commands find it: `.local/cloud.json`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import boto3

from local.cloud import STACK, LocalCloud
from local.failure import LocalError
from local.paths import RUNNING_CLOUD
from local.server import REGION, client_config, is_healthy


@dataclass(frozen=True)
class RunningCloud:
    """Where a deployed cloud is, and its owner's credentials."""

    port: int
    edition: str
    endpoint: str
    owner: Mapping[str, str]
    outputs: Mapping[str, str]
    stack: str = STACK

    @staticmethod
    def of(cloud: LocalCloud) -> RunningCloud:
        """A cloud of this process's own."""
        server = cloud.server
        return RunningCloud(
            server.port, server.edition, server.endpoint, server.root, dict(cloud.outputs)
        )

    def client(self, service: str) -> Any:
        """A client of the cloud's owner, whom IAM does not restrict."""
        session = boto3.Session(
            self.owner["AWS_ACCESS_KEY_ID"],
            self.owner["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        )
        return session.client(
            service,  # type: ignore[call-overload]  # one of many literals
            endpoint_url=self.endpoint,
            config=client_config(),
        )


def find_running() -> RunningCloud | None:
    """The cloud that `make run` keeps up, if it does."""
    try:
        cloud = RunningCloud(**json.loads(RUNNING_CLOUD.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return cloud if is_healthy(cloud.port, cloud.edition) else None


@contextmanager
def published(cloud: LocalCloud) -> Iterator[RunningCloud]:
    """Let other commands find this cloud while it is up.

    Raises:
        LocalError: they find another one already.
    """
    if (other := find_running()) is not None:
        raise LocalError(f"a local cloud is running already, at {other.endpoint}")
    running = RunningCloud.of(cloud)
    descriptor = os.open(RUNNING_CLOUD, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(running), file, indent=2)
    try:
        yield running
    finally:
        RUNNING_CLOUD.unlink(missing_ok=True)
