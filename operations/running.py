"""The local cloud that `make run` keeps up, as commands find it: `.local/cloud.json`."""

from __future__ import annotations

import http.client
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

from botocore.credentials import Credentials

from operations.command import CommandError
from operations.local_clients import local_client
from operations.paths import RUNNING_CLOUD

_HOST = "127.0.0.1"


@dataclass(frozen=True)
class RunningCloud:
    """Where a deployed local cloud is, and its owner's credentials as environment variables."""

    port: int
    edition: str
    endpoint: str
    owner: Mapping[str, str]
    outputs: Mapping[str, str]
    stack: str

    def client(self, service: str) -> Any:
        """A client of the cloud's owner, whom IAM does not restrict."""
        owner = self.owner
        credentials = Credentials(owner["AWS_ACCESS_KEY_ID"], owner["AWS_SECRET_ACCESS_KEY"])
        return local_client(service, self.endpoint, owner["AWS_REGION"], credentials)


def find_running() -> RunningCloud | None:
    """The cloud that `make run` keeps up; None where there is none."""
    try:
        cloud = RunningCloud(**json.loads(RUNNING_CLOUD.read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return cloud if edition_at(cloud.port) == cloud.edition else None


@contextmanager
def published(cloud: RunningCloud) -> Iterator[None]:
    """Let other commands find this cloud while the block runs.

    Raises:
        CommandError: they find another one already.
    """
    if (other := find_running()) is not None:
        raise CommandError(f"a local cloud is running already, at {other.endpoint}")
    descriptor = os.open(RUNNING_CLOUD, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(cloud), file, indent=2)
    try:
        yield
    finally:
        RUNNING_CLOUD.unlink(missing_ok=True)


def edition_at(port: int) -> object:
    """The name that the emulator at this port was started with; None where none answers."""
    connection = http.client.HTTPConnection(_HOST, port, timeout=2)
    try:
        connection.request("GET", "/_ministack/health")
        answer = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return answer.get("edition") if isinstance(answer, dict) else None
