"""The deployed stack that a command works on: on AWS, or in the local cloud."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, NoRegionError

from operations.command import CommandError
from operations.running import RunningCloud, find_running

DEFAULT_STACK = "darkroom"
# An operator who sets one of these means AWS, or an endpoint of their own.
_NAMES_A_CLOUD = ("STACK", "AWS_ENDPOINT_URL", "AWS_PROFILE")
_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 6}, max_pool_connections=32,
    connect_timeout=5, read_timeout=60,
)  # fmt: skip


@dataclass(frozen=True)
class Deployment:
    """A stack, its outputs, and clients with the operator's credentials.

    `where` describes it to people: `stack darkroom in eu-central-1`.
    """

    stack: str
    where: str
    outputs: Mapping[str, str]
    make_client: Callable[[str], Any]
    endpoint: str | None = None  # the URL that stands for every AWS service, where it is not AWS
    _clients: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @staticmethod
    def of_local(cloud: RunningCloud) -> Deployment:
        """The deployment in a local cloud."""
        where = f"the local cloud at {cloud.endpoint}"
        return Deployment(cloud.stack, where, cloud.outputs, cloud.client, cloud.endpoint)

    def client(self, service: str) -> Any:
        """A client of an AWS service, the same one each time."""
        if service not in self._clients:
            self._clients[service] = self.make_client(service)
        return self._clients[service]

    def output(self, name: str) -> str:
        """An output of the stack.

        Raises:
            CommandError: the stack has no such output: another version of Darkroom, or none.
        """
        try:
            return self.outputs[name]
        except KeyError:
            raise CommandError(
                f"{self.where} has no output {name}: is it Darkroom, of this version? "
                "`sam deploy` brings it up to date"
            ) from None


def find_deployment(environ: Mapping[str, str] | None = None) -> Deployment:
    """The stack that the environment names; the local cloud where it names none and one is up.

    Raises:
        CommandError: there is no such stack.
    """
    chosen = os.environ if environ is None else environ
    if not any(chosen.get(name) for name in _NAMES_A_CLOUD):
        running = find_running()
        if running is not None:
            return Deployment.of_local(running)
    return _on_aws(chosen.get("STACK") or DEFAULT_STACK)


def _on_aws(stack: str) -> Deployment:
    # boto3 itself knows AWS_DEFAULT_REGION alone; people and Lambda say AWS_REGION.
    session = boto3.Session(region_name=os.environ.get("AWS_REGION") or None)
    if session.region_name is None:
        raise NoRegionError

    def make_client(service: str) -> Any:
        return session.client(service, config=_CONFIG)  # type: ignore[call-overload]

    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    where = f"stack {stack} in {session.region_name}" + (f" at {endpoint}" if endpoint else "")
    outputs = outputs_of(make_client("cloudformation"), stack)
    if outputs is None:
        raise CommandError(
            f"there is no {where}: name it with STACK=…, its region with AWS_REGION=…, "
            "or start the local cloud with `make run`"
        )
    return Deployment(stack, where, outputs, make_client, endpoint)


def outputs_of(cloudformation: Any, stack: str) -> dict[str, str] | None:
    """The outputs of a stack by their names; None if there is no such stack."""
    try:
        answer = cloudformation.describe_stacks(StackName=stack)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        return None
    outputs = answer["Stacks"][0].get("Outputs", [])
    return {output["OutputKey"]: output["OutputValue"] for output in outputs}
