"""The bytes of a file, without the memory for them."""

from __future__ import annotations

import re
from io import BytesIO
from mmap import ACCESS_READ, MADV_DONTNEED, PAGESIZE, mmap
from pathlib import Path
from sys import maxsize
from typing import BinaryIO, cast

from darkroom.kinds import JPEG_START

_WINDOW = 1 << 20  # bytes that are looked through before their pages are given back


class FileBytes(mmap):
    """A file's bytes, which are in memory only while they are read.

    The file must not become shorter meanwhile: the kernel ends a process that reads beyond its end.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any file; the pages that were read are given back, but not byte by byte."""
        data = super().read(size)
        if len(data) >= PAGESIZE:
            self.release()
        return data

    def rfind(self, sub: bytes, start: int = 0, end: int = maxsize, /) -> int:  # type: ignore[override]
        """As of bytes; what was looked through in vain is given back."""
        end = min(end, len(self))
        for at in range(end, start, -_WINDOW):
            first = max(start, at - _WINDOW)
            found = super().rfind(sub, first, min(end, at + len(sub) - 1))
            if found >= 0:
                return found
            self.release()
        return -1

    def release(self) -> None:
        """Give back every page: beside those that were looked at, the kernel maps what is near."""
        self.madvise(MADV_DONTNEED)


def bytes_of(path: Path) -> bytes | FileBytes:
    """A file's bytes: a JPEG's are read when they are needed, of other files all are read now.

    Raises OSError as `open` does.
    """
    with path.open("rb") as file:
        if file.read(len(JPEG_START)) == JPEG_START:
            return FileBytes(file.fileno(), 0, access=ACCESS_READ)
        file.seek(0)
        return file.read()


def search(pattern: re.Pattern[bytes], data: bytes | FileBytes, at: int) -> int:
    """Where two bytes that match come next, -1 if nowhere; what has none of them is given back."""
    for first in range(at, len(data), _WINDOW):
        found = pattern.search(data, first, first + _WINDOW + 1)
        if found:
            return found.start()
        if isinstance(data, FileBytes):
            data.release()
    return -1


def reading(data: bytes | FileBytes) -> BinaryIO:
    """A binary file to read the bytes from, at its beginning."""
    if isinstance(data, bytes):
        return BytesIO(data)
    data.seek(0)
    return cast("BinaryIO", data)
