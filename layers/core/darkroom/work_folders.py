"""Folders for what a run writes to disk: gone when the next begins, whatever became of this one.

Lambda may kill a run at any moment, and keep its disk for the next: what is left there then fills
it, until no run has room. So whoever takes a folder clears those that nobody works in any more. A
folder is worked in while its lock is held, and the kernel lets a lock go with its process.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from darkroom.observability import logger

_PREFIX = "darkroom-work-"


class WorkFolder:
    """A new, empty folder in the system's folder for such files: `path`, until it is removed."""

    def __init__(self) -> None:
        clear_abandoned()
        # Under another name until it is locked: so nobody takes it for one that was left.
        made = Path(tempfile.mkdtemp(prefix="darkroom-new-"))
        self._lock = os.open(made, os.O_RDONLY)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.path = made.rename(made.with_name(made.name.replace("darkroom-new-", _PREFIX, 1)))

    def remove(self) -> None:
        """Remove the folder and what is in it.

        It has another name first: so a library's thread, which knows it by its path, puts nothing
        there any more. The engine of indexes has one that does, for it looks for changes.
        """
        shutil.rmtree(self.path.rename(self.path.with_name(f"{self.path.name}-done")))
        os.close(self._lock)

    def __enter__(self) -> Path:
        return self.path

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.remove()


def clear_abandoned() -> None:
    """Remove the folders of processes that ended without removing them. Never raises for one."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # it went meanwhile, or is another user's
            lock = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises while it is worked in
                shutil.rmtree(folder)
                logger.debug("folder removed: the run that worked in it was killed")
            finally:
                os.close(lock)
