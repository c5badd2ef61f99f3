"""A function's process starts as a copy of one that has loaded the SDK already.

On AWS a function starts on processors of its own, and its runtime has the SDK. MiniStack starts a
new interpreter for each, on the processors that everything here shares, and loads the SDK before
the function: that is a third of such a start. Here a process that has loaded it, and does nothing
else, is copied (Python's fork server). A function with an SDK of its own in a layer starts as
before. Obsolete once two functions' processes have a parent that is not MiniStack.
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import IO, Any

# What the SDK's clients and the interpreter's own library load for all functions.
LOADED = (
    "asyncio",
    "botocore.client",
    "botocore.handlers",
    "botocore.httpsession",
    "botocore.session",
    "http.client",
)
_STARTS = multiprocessing.get_context("forkserver")


def apply() -> None:
    """Have MiniStack's Python functions started by the fork server."""
    runtime = importlib.import_module("ministack.core.lambda_runtime")
    _STARTS.set_forkserver_preload(list(LOADED))
    # A socket's path may have a hundred bytes, and a checkout's may be longer; from here, where
    # MiniStack stays, it is short.
    folder = os.path.relpath(tempfile.mkdtemp(prefix="starts-"))
    multiprocessing.current_process()._config["tempdir"] = folder  # type: ignore[attr-defined]
    vars(runtime)["subprocess"] = SimpleNamespace(
        **{**vars(subprocess), "Popen": starting(subprocess.Popen, Copy)}
    )


def starting(otherwise: Callable[..., Any], copied: Callable[..., Any]) -> Callable[..., Any]:
    """Starts a process: by a copy if it is of Python and loads the SDK from where it is here."""

    def start(command: list[str], *, cwd: str, env: Mapping[str, str], **options: Any) -> Any:
        layers = env.get("_LAMBDA_LAYERS_DIRS", "").split(os.pathsep)
        folders = [Path(cwd), *(Path(layer) / "python" for layer in layers if layer)]
        if command[0] != sys.executable or any((each / "botocore").exists() for each in folders):
            return otherwise(command, cwd=cwd, env=env, **options)
        return copied(command[1], cwd, env)

    return start


class Copy:
    """A copied process, with as much of `Popen` as MiniStack uses; its pipes are of text."""

    def __init__(self, script: str, folder: str, environment: Mapping[str, str]) -> None:
        (its_input, told), (said, its_output), (logged, its_errors) = (
            _STARTS.Pipe(duplex=False) for _ in range(3)
        )
        its_own = (its_input, its_output, its_errors)
        self._process = _STARTS.Process(
            target=run, args=(script, folder, dict(environment), its_own), daemon=True
        )
        self._process.start()
        for end in its_own:
            end.close()
        self.stdin, self.stdout, self.stderr = (
            opened(told, "w"), opened(said, "r"), opened(logged, "r"),
        )  # fmt: skip

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """How it ended, as soon as it has.

        Raises:
            subprocess.TimeoutExpired: it still runs after so many seconds.
        """
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise subprocess.TimeoutExpired("a function's process", timeout or 0.0)
        return self._process.exitcode

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.terminate()

    def kill(self) -> None:
        """End it."""
        self._process.kill()


def opened(end: Connection, mode: str) -> IO[str]:
    """An end of a pipe as a file of lines."""
    with end:
        return open(os.dup(end.fileno()), mode, buffering=1, encoding="utf-8")


def run(
    script: str, folder: str, environment: dict[str, str], ends: tuple[Connection, ...]
) -> None:
    """Be a new interpreter that runs the script, as far as a copy can be one."""
    for number, end in enumerate(ends):
        os.dup2(end.fileno(), number)
        end.close()
    sys.stdin, sys.stdout, sys.stderr = (
        os.fdopen(number, mode, 1) for number, mode in enumerate("rww")
    )
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[0] = str(Path(script).parent)  # where the project is, whose modules go, too
    for name in [name for name in sys.modules if name.partition(".")[0] == "local"]:
        del sys.modules[name]
    # It may have processes of its own.
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    runpy.run_path(script, run_name="__main__")
