"""The emulator as a process: started on a free port, waited for, and always stopped."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from botocore.credentials import Credentials

from local.lifetime import Lifetime
from local.paths import EMULATOR_PYTHON, LOGS, ROOT, STATE
from local.ports import HOST, free_port
from operations.command import CommandError
from operations.local_clients import local_client
from operations.running import edition_at

REGION = "us-east-1"
TRANSACTION_MILLISECONDS = 10  # about what AWS takes for one, and so how long its items are taken
_START_SECONDS = 60
_STOP_SECONDS = 20
_ATTEMPTS = 5


class _PortTakenError(Exception):
    pass


class Server(Lifetime):
    """MiniStack with IAM enforced, on 127.0.0.1 alone, as a context manager.

    It runs with all its workers in a process group of its own, and gets no environment variable of
    the caller. Its log is `.local/logs/<name>.log`; its state is deleted when it stops.

    Functions reach it at `functions_endpoint`, if that is given. A `persistent` server can be
    restarted with its state. A `plain` one has no patches. DynamoDB's transactions take
    `transaction_milliseconds`, and refuse meanwhile what touches their items. As many functions
    run at once as `account_concurrency` says, or as the machine allows.
    """

    def __init__(
        self,
        name: str,
        *,
        python: Path = EMULATOR_PYTHON,
        plain: bool = False,
        functions_endpoint: str | None = None,
        persistent: bool = False,
        transaction_milliseconds: int = TRANSACTION_MILLISECONDS,
        account_concurrency: int | None = None,
    ) -> None:
        self._name = name
        self._python = python
        self._plain = plain
        self._functions_endpoint = functions_endpoint
        self._persistent = persistent
        self._transaction_milliseconds = transaction_milliseconds
        self._account_concurrency = account_concurrency
        # The owner's: made anew for each emulator, so that nobody else can know them.
        self._key_id = f"DARKROOM{secrets.token_hex(6).upper()}"
        self._secret = secrets.token_hex(20)
        self.edition = secrets.token_hex(
            6
        )  # its health check returns this, which tells it from other emulators
        self._process: subprocess.Popen[bytes] | None = None
        self._state: Path | None = None
        self.port = 0
        self._clients: dict[str, Any] = {}

    @property
    def log(self) -> Path:
        """The file of the emulator's log."""
        return LOGS / f"{self._name}.log"

    @property
    def group(self) -> int:
        """The process group of the emulator and its workers.

        Raises:
            CommandError: the emulator does not run.
        """
        if self._process is None:
            raise CommandError("the emulator does not run")
        return self._process.pid

    @property
    def endpoint(self) -> str:
        """The URL of the emulator, which serves every AWS service."""
        return f"http://{HOST}:{self.port}"

    @property
    def root(self) -> dict[str, str]:
        """Environment variables with which a tool reaches this cloud alone, as its owner."""
        return cloud_environment(self.endpoint, self._key_id, self._secret)

    def client(self, service: str) -> Any:
        """A client of the cloud's owner, whom IAM does not restrict; the same one each time."""
        if service not in self._clients:
            owner = Credentials(self._key_id, self._secret)
            self._clients[service] = local_client(service, self.endpoint, REGION, owner)
        return self._clients[service]

    def start(self) -> None:
        """Start the emulator, on another port if the first is taken meanwhile.

        Raises:
            CommandError: it is not installed, or does not start.
        """
        if not self._python.exists():
            raise CommandError("the emulator is not installed: run `make setup`")
        LOGS.mkdir(parents=True, exist_ok=True)
        for _ in range(_ATTEMPTS):
            try:
                self._start()
                self._await_ready()
            except _PortTakenError:
                self.stop()
            except BaseException:
                self.stop()
                raise
            else:
                return
        raise CommandError(f"no free port for the emulator in {_ATTEMPTS} attempts: see {self.log}")

    def is_up(self) -> bool:
        """Whether the emulator runs."""
        return self._process is not None and self._process.poll() is None

    def restart(self) -> None:
        """End a persistent emulator as an operator would, and start it again with its state."""
        if self._process is None or self._state is None:
            raise CommandError("the emulator does not run, so it cannot be restarted")
        os.kill(self._process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_STOP_SECONDS)
        self._end()
        self._launch(self._state)
        self._await_ready()

    def stop(self) -> None:
        """End the emulator and its workers, and delete its state; the second time, do nothing."""
        self._end()
        if self._state is not None:
            shutil.rmtree(self._state, ignore_errors=True)
            self._state = None

    def _end(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._process = None

    def _start(self) -> None:
        self.port = free_port()
        self._clients.clear()  # they know the port of an attempt before
        self._state = Path(tempfile.mkdtemp(prefix="emulator-", dir=STATE))
        self.log.unlink(missing_ok=True)
        self._launch(self._state)

    def _launch(self, state: Path) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._python, "-m", "local.emulator"],
                cwd=ROOT,
                env=self._environment(state),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _environment(self, state: Path) -> dict[str, str]:
        options: dict[str, str] = {}
        if self._functions_endpoint is not None:
            options["AWS_ENDPOINT_URL"] = self._functions_endpoint  # which functions inherit
        if self._persistent:
            options |= {"PERSIST_STATE": "1", "S3_PERSIST": "1"}
        if self._account_concurrency is not None:
            options["LAMBDA_ACCOUNT_CONCURRENCY"] = str(self._account_concurrency)
        return options | {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(state),
            "TMPDIR": str(state),
            "STATE_DIR": str(state),
            "S3_DATA_DIR": str(state / "s3"),
            "DARKROOM_LAYERS": str(STATE / "layers"),
            "LANG": "C.UTF-8",
            "AUTH": "true",
            "BIND_HOST": HOST,
            "MINISTACK_HOST": HOST,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": REGION,
            "MINISTACK_EDITION": self.edition,
            "AWS_ACCESS_KEY_ID": self._key_id,
            "AWS_SECRET_ACCESS_KEY": self._secret,
            "LAMBDA_EXECUTOR": "local",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "DARKROOM_PLAIN_EMULATOR": str(self._plain).lower(),
            "DARKROOM_TRANSACTION_MILLISECONDS": str(self._transaction_milliseconds),
        }

    def _await_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            edition = edition_at(self.port)
            if edition == self.edition:
                return
            if edition is not None:
                raise _PortTakenError
            if not self.is_up():
                said = self.log.read_text(errors="replace").strip()
                if "in use" in said:
                    raise _PortTakenError
                last = said.splitlines()[-1] if said else "nothing"
                raise CommandError(f"the emulator did not start; the last line of its log: {last}")
            time.sleep(0.05)
        raise CommandError(f"the emulator did not answer in {_START_SECONDS} s: see {self.log}")


def cloud_environment(
    endpoint: str, key_id: str, secret: str, token: str | None = None
) -> dict[str, str]:
    """Environment variables for a tool or the AWS CLI, which then ignores ~/.aws."""
    environment = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": key_id,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return environment | ({"AWS_SESSION_TOKEN": token} if token else {})
