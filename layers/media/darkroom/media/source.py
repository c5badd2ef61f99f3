"""Where a video's bytes come from: the process that reads the video asks for them in blocks."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Protocol


class Source(Protocol):
    """A file of which any part can be read."""

    @property
    def size(self) -> int:
        """Its bytes."""
        ...

    def read(self, first: int, count: int) -> bytes:
        """As many bytes from `first` on, or fewer where the file ends."""
        ...


class FileSource:
    """A file on this machine."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self.size = os.fstat(self._file.fileno()).st_size

    def __enter__(self) -> FileSource:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def read(self, first: int, count: int) -> bytes:
        """The bytes, from the disk."""
        self._file.seek(first)
        return self._file.read(count)
