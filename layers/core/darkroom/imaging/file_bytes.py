"""The bytes of a file, without the memory for them."""

from __future__ import annotations

from io import BytesIO
from mmap import ACCESS_READ, MADV_DONTNEED, PAGESIZE, mmap
from pathlib import Path
from typing import BinaryIO, cast

from darkroom.imaging.sniff import JPEG_START


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


def reading(data: bytes | FileBytes) -> BinaryIO:
    """A binary file to read the bytes from, at its beginning."""
    if isinstance(data, bytes):
        return BytesIO(data)
    data.seek(0)
    return cast("BinaryIO", data)
