"""Reading a video in a process of its own, which has limits and no credentials."""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from darkroom.errors import DarkroomError, PermanentError, TransientError
from darkroom.media.errors import REFUSALS, corrupt, too_heavy
from darkroom.media.limits import MediaLimits
from darkroom.media.ranges import BLOCK_BYTES
from darkroom.media.source import Source

# All that the process has of this one's environment: where its libraries are, and its language.
_ENVIRONMENT = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ")
_LONGEST_MESSAGE = 1 << 20
_SLOW_SECONDS = 0.2  # for a block, on average: five times what a store in the same region takes
_REFUSALS: dict[str, type[PermanentError]] = {refusal.__name__: refusal for refusal in REFUSALS}


class SandboxError(DarkroomError):
    """The process failed by a fault of its own: the message has its traceback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a job answered, and what it took."""

    value: dict[str, Any]
    cpu_seconds: float
    peak_rss_bytes: int


def run(
    job: dict[str, Any],
    source: Source,
    folder: Path,
    limits: MediaLimits,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Answer:
    """The answer of a process that did `job`; it has written its files to `folder`.

    What `source` or `on_progress` raises ends the process, and is raised.

    Raises:
        PermanentError: one of `darkroom.media.errors`, where the video is at fault.
        TransientError: it took longer than it may, because its bytes came too slowly.
        SandboxError: the process failed.
    """
    order = {
        **job,
        "size": source.size,
        "limits": {
            field.name: getattr(limits, field.name)
            for field in dataclasses.fields(limits)
            if field.name != "process"
        },
        "process": dataclasses.asdict(limits.process),
    }
    process, connection = _started(folder)
    try:
        with connection:
            connection.send_bytes(json.dumps(order).encode())
            deadline = time.monotonic() + limits.process.wall_seconds
            answer = _answer(connection, source, on_progress, deadline)
        status = process.wait() if answer is None else 0
    finally:
        process.kill()
        process.wait()
    if answer is None:
        raise _end(status)
    if "bug" in answer:
        raise SandboxError(str(answer["bug"]))
    if "refused" in answer:
        raise _REFUSALS[answer["refused"]](answer["sentence"])
    return Answer(**answer)


def _started(folder: Path) -> tuple[subprocess.Popen[bytes], Connection[bytes, bytes]]:
    ours, theirs = socket.socketpair()
    with theirs:
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        process = subprocess.Popen(  # noqa: S603  # nothing of a video is in the command
            [sys.executable, "-P", "-s", "-m", "darkroom.media.worker", str(theirs.fileno())],
            env={**environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            cwd=folder,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    return process, Connection(ours.detach())


def _answer(
    connection: Connection[bytes, bytes],
    source: Source,
    on_progress: Callable[[int], None],
    deadline: float,
) -> dict[str, Any] | None:
    """The last message of the process; None where it ended without one."""
    blocks, waited = 0, 0.0
    while connection.poll(max(0.0, deadline - time.monotonic())):
        try:
            message: dict[str, Any] = json.loads(connection.recv_bytes(_LONGEST_MESSAGE))
            if "read" in message:
                first, count = message["read"]
                # Never more than a block: this process has limits, too.
                asked = time.monotonic()
                block = source.read(int(first), min(int(count), BLOCK_BYTES))
                blocks, waited = blocks + 1, waited + time.monotonic() - asked
                connection.send_bytes(block)
            elif "percent" in message:
                on_progress(int(message["percent"]))
            else:
                return message
        except (EOFError, ConnectionResetError, BrokenPipeError):
            return None
    if blocks and waited < blocks * _SLOW_SECONDS:
        raise too_heavy()  # it would again: it asks for more than there is time for
    raise TransientError("The bytes of a video came too slowly.")


def _end(status: int) -> PermanentError | SandboxError:
    """Why a process ended without an answer: by its limits, or by what the video did to it."""
    if status == -signal.SIGXCPU:
        return too_heavy()
    if status == -signal.SIGKILL:  # by the system, which had no more memory
        return too_heavy()
    if status < 0:
        return corrupt()
    return SandboxError(f"The process that reads a video ended with status {status}.")
