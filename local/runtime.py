"""One function in AWS's Runtime Interface Emulator, which can import only what it can in Lambda.

The emulator's binary is part of aws-sam-cli. On the function's path are its own folder, its layers,
and an environment that holds boto3 and the runtime interface client and nothing else
(.local/runtime). It gets no environment variable of the caller.
"""

from __future__ import annotations

import http.client
import importlib.util
import json
import os
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.cloud import architecture
from local.paths import BUILD, STATE
from local.ports import HOST, free_ports
from operations.command import CommandError

RUNTIME_PYTHON = STATE / "runtime" / "bin" / "python"
_INVOKE = "/2015-03-31/functions/function/invocations"
_START_SECONDS = 60
# REPORT counts the interpreter's start as part of the invocation; these lines of the log do not.
_MILLISECONDS = {
    "init": re.compile(r"INIT REPORT\(durationMs: ([\d.]+)"),
    "duration": re.compile(r"INVOKE RTDONE\([^)]*\bduration: ([\d.]+)ms"),
}


@dataclass(frozen=True)
class Invocation:
    """The result and the log of an invocation, and its durations in milliseconds by name."""

    answer: Any
    failed: bool
    logs: str
    milliseconds: Mapping[str, float]


def invoke(
    folder: Path, handler: str, *, layers: list[Path], variables: Mapping[str, str], event: object
) -> Invocation:
    """The invocation of the function in `folder`, by an emulator started for this alone.

    Raises:
        CommandError: the emulator did not start.
    """
    with tempfile.TemporaryDirectory(prefix="runtime-", dir=STATE) as scratch:
        log = Path(scratch) / "log"
        port, api = free_ports(2)
        environment = {
            "PATH": os.defpath,
            "HOME": scratch,
            "TMPDIR": scratch,
            "LANG": "C.UTF-8",
            "PYTHONPATH": os.pathsep.join(str(layer) for layer in layers),
            "LAMBDA_TASK_ROOT": str(folder),
            **variables,
        }
        command = [
            str(_binary()),
            f"--runtime-interface-emulator-address={HOST}:{port}",
            f"--runtime-api-address={HOST}:{api}",
            str(RUNTIME_PYTHON),
            "-s",
            "-m",
            "awslambdaric",
            handler,
        ]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            answer, failed = _call(
                process, port, event, float(variables["AWS_LAMBDA_FUNCTION_TIMEOUT"])
            )
            _await_report(log)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        # The lines after the report are the runtime's complaint that it is stopped.
        told, report, rest = log.read_text(errors="replace").partition("REPORT RequestId")
        logs = told + report + rest.partition("\n")[0]
    matches = {name: pattern.search(logs) for name, pattern in _MILLISECONDS.items()}
    found = {name: float(match[1]) for name, match in matches.items() if match}
    return Invocation(answer, failed, logs, found)


def built(logical_id: str) -> Path:
    """The folder with a built function or layer.

    Raises:
        CommandError: it has not been built.
    """
    folder = BUILD / logical_id
    if not folder.is_dir():
        raise CommandError(f"{logical_id} is not built for this machine: run `make run`")
    return folder


def _binary() -> Path:
    found = importlib.util.find_spec("samcli")
    if found is None or not found.submodule_search_locations or not RUNTIME_PYTHON.exists():
        raise CommandError("the tools are not installed: run `make setup`")
    suffix = "arm64" if architecture() == "arm64" else "x86_64"
    folder = Path(found.submodule_search_locations[0])
    return folder / "local" / "rapid" / f"aws-lambda-rie-{suffix}"


def _call(
    process: subprocess.Popen[bytes], port: int, event: object, timeout: float
) -> tuple[Any, bool]:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        connection = http.client.HTTPConnection(HOST, port, timeout=timeout + _START_SECONDS)
        try:
            connection.request("POST", _INVOKE, json.dumps(event))
            answer = json.loads(connection.getresponse().read() or b"null")
        except ConnectionRefusedError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                raise CommandError("Lambda's runtime emulator did not start") from error
            time.sleep(0.05)
        except ValueError as error:
            raise CommandError("the function's answer is not JSON") from error
        else:
            return answer, isinstance(answer, dict) and "errorMessage" in answer
        finally:
            connection.close()


def _await_report(log: Path) -> None:
    deadline = time.monotonic() + 10
    while "REPORT RequestId" not in log.read_text(errors="replace"):
        if time.monotonic() > deadline:
            return
        time.sleep(0.02)
