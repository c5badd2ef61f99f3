"""What was built is not built again while nothing that goes into it has changed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# Files and folders of the project. SAM's own cache sees the functions alone.
SOURCES = (
    "template.yaml", "samconfig.toml", "stacks", "functions", "layers", "requirements",
    "local/requirements", "local/cloud.py", "local/packing.py",
)  # fmt: skip
_MARK = "built-of"


def build_if_changed(folder: Path, tree: Path, build: Callable[[], None]) -> None:
    """Call `build`, which fills the folder, unless it did so from the same files of the tree.

    Processes that want the same folder do this one after the other.
    """
    with one_process_at_a_time(folder.with_name(f"{folder.name}.lock")):
        mark, sources = folder / _MARK, fingerprint(tree)
        if mark.is_file() and mark.read_text(encoding="utf-8") == sources:
            return
        mark.unlink(missing_ok=True)
        build()
        mark.write_text(sources, encoding="utf-8")


def fingerprint(tree: Path) -> str:
    """A hash of all files that a build of the tree reads, and of the interpreter that runs it."""
    found = hashlib.sha256(f"{platform.machine()} {platform.python_version()}".encode())
    for path in sorted(_files(tree)):
        content = path.read_bytes()
        found.update(f"\0{path.relative_to(tree)}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def _files(tree: Path) -> Iterator[Path]:
    for name in SOURCES:
        if (tree / name).is_file():
            yield tree / name
        for folder, folders, files in os.walk(tree / name):
            folders[:] = [each for each in folders if each != "__pycache__"]
            yield from (Path(folder, each) for each in files)


@contextmanager
def one_process_at_a_time(lock: Path) -> Iterator[None]:
    """Waits until no other process has this file as its lock, and has it while the block runs."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
