"""Starts the node and ends it. What it runs is fetched once into `.local/opensearch`, by Maven.

Nothing needs it but the tests of search's second engine and `make run` with that one.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import selectors
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO

from local.lifetime import Lifetime
from local.ports import HOST
from operations.command import CommandError
from operations.paths import STATE

_SOURCE = Path(__file__).parent
_HOME = STATE / "opensearch"
_MOST_HEAP = "512m"
_OLDEST_JAVA = 17
_START_SECONDS = 60
_STOP_SECONDS = 20
_OPTIONS = (
    f"-Xmx{_MOST_HEAP}", "-Xms64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
)  # fmt: skip


class Node(Lifetime):
    """An empty node as a context manager, which deletes its data again.

    Whoever reaches its port gets in: it checks no signature. It ends with this process, also when
    that is killed.
    """

    def __init__(self, *, folder: Path = STATE) -> None:
        self._parent = folder
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def endpoint(self) -> str:
        """Its URL."""
        return f"http://{HOST}:{self.port}"

    @property
    def process_id(self) -> int:
        """The process that it is.

        Raises:
            CommandError: it does not run.
        """
        if self._process is None:
            raise CommandError("the node of OpenSearch does not run")
        return self._process.pid

    def start(self) -> None:
        """Start it, and fetch what it runs if that is not here.

        Raises:
            CommandError: Java or Maven is missing, something cannot be fetched, or it does not
                start.
        """
        home = installed()
        self._parent.mkdir(parents=True, exist_ok=True)
        self._folder = Path(tempfile.mkdtemp(prefix="opensearch-", dir=self._parent))
        try:
            self._launch(home, self._folder)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End it and delete its data; the second time, do nothing."""
        if self._process is not None:
            if self._process.stdin is not None:
                self._process.stdin.close()  # which it waits for
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _launch(self, home: Path, folder: Path) -> None:
        log = folder / "log"
        path = f"{home / 'classes'}{os.pathsep}{home / 'jars' / '*'}"
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [
                    "java", *_OPTIONS, f"-Djava.io.tmpdir={folder}", "-cp", path, "DarkroomNode",
                    str(folder),
                ],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8"},
                cwd=folder,
            )  # fmt: skip
        told = _line_of(self._process.stdout) if self._process.stdout is not None else ""
        if not told.isdigit():
            said = log.read_text(errors="replace")[-1000:]
            raise CommandError(f"OpenSearch did not start: {said or told}")
        self.port = int(told)


def missing() -> str | None:
    """What this machine lacks to run a node, as a sentence; None if it lacks nothing."""
    absent = [name for name in ("java", "javac", "mvn") if shutil.which(name) is None]
    if not absent:
        written = subprocess.run(["javac", "-version"], capture_output=True, text=True, check=False)
        found = re.search(r"javac (\d+)", written.stdout + written.stderr)
        if found is not None and int(found[1]) >= _OLDEST_JAVA:
            return None
    what = f"there is no {', no '.join(absent)}" if absent else "Java is older"
    return (
        f"a local OpenSearch needs Java {_OLDEST_JAVA} or later and Maven, and {what}: "
        f"apt install openjdk-{_OLDEST_JAVA}-jdk-headless maven"
    )


def installed() -> Path:
    """The folder of what a node runs, `jars` and `classes`; what is not there yet is fetched.

    Raises:
        CommandError: Java or Maven is missing, or what Maven fetched is not what is expected.
    """
    if (lack := missing()) is not None:
        raise CommandError(lack)
    inputs = [_SOURCE / name for name in ("pom.xml", "jars.sha256", "DarkroomNode.java")]
    edition = hashlib.sha256(b"".join(each.read_bytes() for each in inputs)).hexdigest()[:12]
    home = _HOME / edition
    _HOME.mkdir(parents=True, exist_ok=True)
    with (_HOME / "lock").open("w") as mutex:  # many tests may want it at once
        fcntl.flock(mutex, fcntl.LOCK_EX)
        if not home.exists():
            made = Path(tempfile.mkdtemp(prefix="new-", dir=_HOME))
            try:
                _fetch(made / "jars")
                _run(
                    "javac", "--release", str(_OLDEST_JAVA), "-proc:none", "-nowarn",
                    "-cp", str(made / "jars" / "*"), "-d", str(made / "classes"),
                    str(_SOURCE / "DarkroomNode.java"),
                )  # fmt: skip
                made.rename(home)
            finally:
                shutil.rmtree(made, ignore_errors=True)
    return home


def _fetch(folder: Path) -> None:
    _run(
        "mvn", "--quiet", "--batch-mode", "--strict-checksums", "--file", str(_SOURCE / "pom.xml"),
        "dependency:copy-dependencies", f"-DoutputDirectory={folder}",
    )  # fmt: skip
    lines = (_SOURCE / "jars.sha256").read_text().splitlines()
    expected = {name: digest for digest, name in (line.split() for line in lines)}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
    if wrong := {name for name, _ in expected.items() ^ found.items()}:
        raise CommandError(
            f"Maven fetched what local/opensearch/jars.sha256 does not have: {min(wrong)}"
        )


def _run(*command: str) -> None:
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        said = (finished.stdout + finished.stderr).strip()[-1000:]
        raise CommandError(f"{command[0]} failed: {said}")


def _line_of(stream: IO[bytes]) -> str:
    """The first line of a pipe, or what came of it within the time that a start may take."""
    descriptor, told, end = stream.fileno(), b"", time.monotonic() + _START_SECONDS
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while b"\n" not in told and selector.select(max(0.0, end - time.monotonic())):
            if not (part := os.read(descriptor, 100)):
                break
            told += part
    return told.decode(errors="replace").strip()
