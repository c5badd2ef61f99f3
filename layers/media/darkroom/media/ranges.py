"""A file of which only what is looked at is fetched, in blocks that are kept for a while."""

from __future__ import annotations

import io
from collections import OrderedDict
from collections.abc import Callable

BLOCK_BYTES = 1 << 20
# A demuxer goes back and forth between the index and the tracks' samples.
_KEPT_BLOCKS = 16

Fetch = Callable[[int, int], bytes]  # the first byte and how many


class RangeReader(io.RawIOBase):
    """A file of `size` bytes to read and to seek in.

    Raises OSError where fewer bytes come than there are.
    """

    def __init__(self, fetch: Fetch, size: int, *, block_bytes: int = BLOCK_BYTES) -> None:
        super().__init__()
        self._fetch = fetch
        self._size = size
        self._block_bytes = block_bytes
        self._blocks: OrderedDict[int, bytes] = OrderedDict()
        self._position = 0

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True

    def tell(self) -> int:
        """The position."""
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """The new position, which is never before the file's first byte."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def read(self, size: int | None = -1) -> bytes:
        """The next bytes: as many, or all that are left."""
        left = max(0, self._size - self._position)
        count = left if size is None or size < 0 else min(size, left)
        parts: list[bytes] = []
        while count:
            number, offset = divmod(self._position, self._block_bytes)
            part = self._block(number)[offset : offset + count]
            parts.append(part)
            self._position += len(part)
            count -= len(part)
        return b"".join(parts)

    def _block(self, number: int) -> bytes:
        if number in self._blocks:
            self._blocks.move_to_end(number)
            return self._blocks[number]
        first = number * self._block_bytes
        wanted = min(self._block_bytes, self._size - first)
        block = self._fetch(first, wanted)
        if len(block) != wanted:
            raise OSError(f"{len(block)} bytes came of {wanted} from {first} on")
        self._blocks[number] = block
        if len(self._blocks) > _KEPT_BLOCKS:
            self._blocks.popitem(last=False)
        return block
