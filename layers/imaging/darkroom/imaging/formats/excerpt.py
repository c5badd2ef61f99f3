"""Parts of a file as a file of their own: what a decoder is given instead of the upload."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate

_BUFFER_BYTES = 1 << 16


def excerpt(parts: Iterable[bytes | memoryview]) -> io.BufferedReader:
    """The parts, one after the other, to be read as a file. None of them is copied."""
    return io.BufferedReader(_Excerpt(parts), _BUFFER_BYTES)


class _Excerpt(io.RawIOBase):
    def __init__(self, parts: Iterable[bytes | memoryview]) -> None:
        self._parts = [memoryview(part) for part in parts if len(part)]
        self._ends = list(accumulate(map(len, self._parts)))
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: sum(map(len, self._parts))}
        self._at = max(0, start[whence] + offset)
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Bytes read, of one part alone; 0 at the end."""
        index = bisect_right(self._ends, self._at)
        if index == len(self._parts):
            return 0
        part = self._parts[index]
        start = self._at - (self._ends[index] - len(part))
        count = min(len(buffer), len(part) - start)
        buffer[:count] = part[start : start + count]
        self._at += count
        return count
