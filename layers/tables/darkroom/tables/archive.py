"""A ZIP archive whose parts are read a bit at a time, within bounds, whatever it claims."""

from __future__ import annotations

import errno
import io
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from darkroom.tables.errors import BrokenArchive, PasswordNeeded, TableTooComplex
from darkroom.tables.limits import TableLimits
from darkroom.tables.source import check_unpacked

_AT_ONCE = 1 << 16
_MOST_DIRECTORY_BYTES = 2 << 20  # which tell of 20,000 parts or more
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # those of others unpack without bounds
_ENCRYPTED = 1
_FAULTS = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OverflowError,
    RuntimeError, ValueError,
)  # fmt: skip


class Archive:
    """An archive on disk. What all of its parts unpack to is counted together."""

    def __init__(self, path: Path, limits: TableLimits) -> None:
        """Raises BrokenArchive for what is none."""
        self._limits = limits
        self._size = path.stat().st_size
        self._packed = self._unpacked = 0
        self._counted: set[str] = set()
        with ExitStack() as opened, _sound():
            file = opened.enter_context(_Careful(path))
            self._zip = zipfile.ZipFile(file)
            self._opened = opened.pop_all()
        # Names are the same whatever their case is.
        self._parts = {part.filename.casefold(): part for part in self._zip.infolist()}

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def has(self, name: str) -> bool:
        """Whether there is a part of this name."""
        return name.casefold() in self._parts

    def read(self, name: str) -> Iterator[bytes]:
        """The bytes of a part.

        Raises:
            BrokenArchive: there is none, or it is damaged.
            PasswordNeeded: it is encrypted.
            UnpacksTooLarge: all parts together unpack to more than the limits allow.
        """
        part = self._parts.get(name.casefold())
        if part is None:
            raise BrokenArchive("This workbook is damaged: a part of it is missing.")
        if part.flag_bits & _ENCRYPTED:
            raise PasswordNeeded()
        if part.compress_type not in _METHODS:
            raise BrokenArchive(
                "This workbook is packed in a way that no spreadsheet program reads."
            )
        if part.filename not in self._counted:
            self._counted.add(part.filename)
            # Parts may claim any size, and lie upon each other.
            self._packed = min(self._packed + part.compress_size, self._size)
        with _sound(), self._zip.open(part) as file:
            while chunk := file.read(_AT_ONCE):
                self._unpacked += len(chunk)
                check_unpacked(self._packed, self._unpacked, self._limits)
                yield chunk


class _Careful(io.FileIO):
    """A file of which no more is read at once than the directory of an archive may have."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0:
            size = os.fstat(self.fileno()).st_size - self.tell()
        if size > _MOST_DIRECTORY_BYTES:
            raise TableTooComplex("This workbook has too many parts to be read.")
        return super().read(size) or b""


@contextmanager
def _sound() -> Iterator[None]:
    """Tell of a damaged archive what zipfile says in many ways."""
    try:
        yield
    except (*_FAULTS, OSError) as error:
        # A place before the file's beginning, where something is said to be. Others are the disk's.
        if isinstance(error, OSError) and error.errno != errno.EINVAL:
            raise
        raise BrokenArchive("This workbook is damaged: it cannot be unpacked.") from error
