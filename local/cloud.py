"""Darkroom on this machine: the commands that deploy it to AWS, run against the emulator."""

from __future__ import annotations

import os
import platform
import re
import secrets
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from local.building import build_if_changed
from local.lifetime import Lifetime
from local.login import sign_in, sign_up
from local.packing import PACKED, pack
from local.paths import BUILD, EMULATOR_PYTHON, LOGS, ROOT, STATE, TOOLS
from local.server import Server
from local.user import PATIENCE_SECONDS, User, enter, wait_for
from operations.beside import KINDS, Kind
from operations.command import CommandError
from operations.parameters_beside import overrides
from operations.running import RunningCloud

# As in samconfig.toml.
STACK, CATALOGUE, SEARCH = "darkroom", "darkroom-catalogue", "darkroom-search"
SHARE, ATHENA = "darkroom-share", "darkroom-athena"
# Command line parameters replace the list in samconfig.toml, so it is repeated here.
PARAMETERS = {
    "EnforceTls": "false",
    "AllowSignUp": "true",
    "AllowGuests": "true",
    "MaximumConcurrency": "2",
}

Say = Callable[[str], None]


# What a stack of stacks/ always has here.
BESIDE: dict[Kind, Mapping[str, str]] = {
    "catalogue": {"DatabaseTls": "disable"},
    "search": {"EnforceTls": "false", "IndexDelaySeconds": "1"},
    "share": {},
    "athena": {"EnforceTls": "false"},
}


class LocalCloud(Lifetime):
    """An emulator and Darkroom in it, as a context manager that stops everything it started.

    `name` names the logs: `.local/logs/<name>.log`, `<name>-build.log`, `<name>-deploy.log`.
    `tree` is what is built and deployed: this tree, if no other is given.
    """

    def __init__(self, name: str, *, server: Server | None = None, tree: Path = ROOT) -> None:
        self._name = name
        self._tree = tree
        self.server = server or Server(name)
        self.outputs: dict[str, str] = {}

    def start(self) -> None:
        """Start the emulator, with nothing in it."""
        self.server.start()

    def stop(self) -> None:
        """Stop the emulator and everything that it runs."""
        self.server.stop()

    @property
    def endpoint(self) -> str:
        """The URL of the emulator, which serves every AWS service."""
        return self.server.endpoint

    @property
    def _built(self) -> Path:
        return self._tree / BUILD.relative_to(ROOT)

    @property
    def running(self) -> RunningCloud:
        """Where the deployed cloud is, as the operator's commands find it."""
        return RunningCloud(
            self.server.port,
            self.server.edition,
            self.endpoint,
            self.server.root,
            dict(self.outputs),
            STACK,
        )

    def build(self, folder: Path | None = None) -> None:
        """`sam build`, for this machine's own interpreter and architecture, packed to be deployed.

        It builds into `folder`; by default into the tree's own, as samconfig.toml says. What is
        there already and would be the same stays.
        """
        arguments = ["--build-dir", str(folder)] if folder else []
        self._build(folder or self._built, arguments, environment="local")

    def deploy(self, parameters: Mapping[str, str] | None = None) -> None:
        """`sam deploy`; `outputs` then holds the stack's. `parameters` add to PARAMETERS."""
        chosen = {**PARAMETERS, "Architecture": architecture(), **(parameters or {})}
        values = [f"{name}={value}" for name, value in chosen.items()]
        template = str(self._built / PACKED)
        self._sam("deploy", ["--template-file", template, "--parameter-overrides", *values])
        self.outputs = self.outputs_of(STACK)

    def deploy_beside(
        self, wanted: str, parameters: Mapping[Kind, Mapping[str, str]] | None = None
    ) -> None:
        """Build and deploy what is wanted beside this cloud's stack: `catalogue,search`, or more.

        `parameters` add to those that a stack of a kind always has here.

        Raises:
            CommandError: there is no such stack.
        """
        names = {name for name in re.split(r"[\s,]+", wanted) if name}
        if unknown := names - set(KINDS):
            raise CommandError(
                f"WITH={min(unknown)} is no stack of stacks/: WITH={','.join(KINDS)}, or less"
            )
        for kind in KINDS:
            if kind in names:
                self.build_stack(kind)
                self.deploy_stack(kind, (parameters or {}).get(kind))

    def build_stack(self, kind: Kind) -> None:
        """`sam build` of a stack beside this cloud's, such as its catalogue, if it has changed."""
        self._build(self._tree / _build_of(kind), [], environment=f"{kind}-local")

    def deploy_stack(
        self,
        kind: Kind,
        parameters: Mapping[str, str] | None = None,
        *,
        stack: str | None = None,
    ) -> dict[str, str]:
        """The outputs of a stack of this kind that is deployed beside this cloud's.

        It may have another name, so that there are several. `parameters` add to those that one of
        its kind always has here.
        """
        own = {**BESIDE[kind], "Architecture": architecture(), **(parameters or {})}
        chosen = [
            *overrides(kind, self.outputs),
            *(f"{name}={value}" for name, value in own.items()),
        ]
        template = str(self._tree / _build_of(kind) / PACKED)
        name = stack or f"{STACK}-{kind}"
        arguments = ["--template-file", template, "--stack-name", name]
        self._sam(
            "deploy",
            [*arguments, "--parameter-overrides", *chosen],
            environment=f"{kind}-local",
        )
        return self.outputs_of(name)

    def physical_id(self, logical_id: str, *, stack: str = STACK) -> str:
        """What a resource of a stack is called here."""
        found = self.client("cloudformation").describe_stack_resource(
            StackName=stack, LogicalResourceId=logical_id
        )
        return str(found["StackResourceDetail"]["PhysicalResourceId"])

    def set_event_source(self, function: str, **settings: Any) -> None:
        """Change how a function such as `Quota` takes messages from its queue."""
        functions, name = self.client("lambda"), self.physical_id(f"{function}Function")
        [source] = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        functions.update_event_source_mapping(UUID=source["UUID"], **settings)

    def outputs_of(self, name: str) -> dict[str, str]:
        """The outputs of a stack by their names."""
        stack = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def new_user(self, email: str | None = None, password: str | None = None) -> User:
        """A user who has signed up and in; by default with a random address."""
        email = email or f"{secrets.token_hex(8)}@darkroom.example"
        password = password or secrets.token_urlsafe(16)
        sign_up(self.endpoint, self.outputs, email, password)
        # No mail is sent here, so the cloud's owner confirms the address.
        self.client("cognito-idp").admin_confirm_sign_up(
            UserPoolId=self.outputs["UserPoolId"], Username=email
        )
        login = sign_in(self.endpoint, self.outputs, email, password)
        return enter(self.endpoint, self.outputs, login)

    def new_guest(self) -> User:
        """A new user of the deployed stack, without a login."""
        return enter(self.endpoint, self.outputs)

    def client(self, service: str) -> Any:
        """The client of the cloud's owner, whom IAM does not restrict."""
        return self.server.client(service)

    def depth(self, queue: str) -> int:
        """How many messages a queue such as `ThumbnailQueue` holds.

        What DigestQueue delays does not count: it waits for more to mail, for DigestSeconds.
        """
        states = ["", "NotVisible"] + ["Delayed"] * (queue != "DigestQueue")
        answer = self.client("sqs").get_queue_attributes(
            QueueUrl=self.outputs[f"{queue}Url"],
            AttributeNames=[f"ApproximateNumberOfMessages{state}" for state in states],
        )
        return sum(int(count) for count in answer["Attributes"].values())

    def dead_letters(self) -> dict[str, int]:
        """How many messages each dead letter queue holds; empty queues are left out."""
        queues = [
            name.removesuffix("Url") for name in self.outputs if name.endswith("DeadLetterQueueUrl")
        ]
        return {queue: depth for queue in queues if (depth := self.depth(queue))}

    def wait_until_idle(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Wait until no queue holds a message that a function has to process now.

        Raises:
            CommandError: a queue still held a message at the end of the time.
        """
        queues = [
            name.removesuffix("Url")
            for name in self.outputs
            if name.endswith("QueueUrl") and not name.endswith("DeadLetterQueueUrl")
        ]
        wait_for(
            lambda: True if not any(self.depth(queue) for queue in queues) else None,
            seconds=seconds,
            what="the queues to empty",
        )

    def _build(self, folder: Path, arguments: list[str], *, environment: str) -> None:
        def build() -> None:
            self._sam("build", arguments, environment=environment)
            pack(folder)

        build_if_changed(folder, self._tree, build)

    def _sam(self, command: str, arguments: list[str], *, environment: str = "local") -> None:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("AWS_", "SAM_")) and name.lower() != "no_proxy"
        }
        variables = {
            **inherited,
            **self.server.root,
            "DARKROOM_BUILD_FOR": "host",
            "DARKROOM_HOST_PYTHON": str(EMULATOR_PYTHON),
            "NO_PROXY": "127.0.0.1",
            "PATH": f"{TOOLS}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_POLL_DELAY": "0.5",  # seconds; its 5 are meant for a cloud with rate limits
            "__SAM_CLI_APP_DIR": str(STATE / "sam"),
        }
        configuration = [
            "--config-file",
            str(self._tree / "samconfig.toml"),
            "--config-env",
            environment,
        ]
        line = [str(TOOLS / "sam"), command, *configuration, *arguments]
        LOGS.mkdir(parents=True, exist_ok=True)
        kind = environment.removesuffix("local")  # such as `catalogue-`, or nothing
        log = LOGS / f"{self._name}-{kind}{command}.log"
        try:
            with log.open("wb") as output:
                finished = subprocess.run(
                    line,
                    cwd=self._tree,
                    env=variables,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    check=False,
                )
        except FileNotFoundError as error:
            raise CommandError("aws-sam-cli is not installed: run `make setup`") from error
        if finished.returncode != 0:
            _show_end(log)
            raise CommandError(f"`sam {command}` failed: see {log.relative_to(ROOT)}")


def architecture() -> str:
    """Lambda's name for the architecture of this machine's processor."""
    return "arm64" if platform.machine().lower() in ("arm64", "aarch64") else "x86_64"


def _build_of(kind: Kind) -> Path:
    """Where a stack beside the main one is built, as in samconfig.toml."""
    return Path(".aws-sam", f"{kind}-local")


def _show_end(log: Path) -> None:
    lines = log.read_text(errors="replace").splitlines()
    sys.stderr.write("\n".join(["", *lines[-25:], ""]))
