"""A bound on the memory of a decoder, and memory that the process keeps although nothing uses it.

The bound is a limit of the whole process (RLIMIT_DATA, getrlimit(2)): a trick, but without it a
decoder of video takes what its bitstream demands.
"""

from __future__ import annotations

import ctypes
import errno
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from darkroom.imaging.errors import too_heavy

# The process keeps 256 MB at most, and a decoder takes 22 bytes a pixel or less (measured): below
# so many pixels both fit.
_LARGE_PIXELS = 10_000_000
_STATM = "/proc/self/statm"  # sizes in pages; the sixth is the data segment (proc_pid_statm(5))
_alone = Lock()  # because the limit is of the whole process


class MemoryBudget:
    """Memory that the process may take for decoding from here on; the kernel refuses more.

    Codecs of video need it: their bitstream, of which a header says nothing, may make them hold a
    dozen frames. Where there is no /proc, as outside Linux, nothing is refused.
    """

    def __init__(self, size: int, pixels: int) -> None:
        """`size` is in bytes; `pixels` is how many are decoded at once."""
        if pixels > _LARGE_PIXELS:
            release()
        taken = _data_bytes()
        self._most = None if taken is None else taken + max(0, size)

    @contextmanager
    def spending(self) -> Iterator[None]:
        """A context in which the decoder is called. Its library must be loaded with `use_errno`.

        Raises:
            ImageTooLarge: instead of a MemoryError, or of an OSError after memory was refused.
        """
        if self._most is None:
            yield
            return
        with _alone:
            limits = soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
            if soft == resource.RLIM_INFINITY or self._most < soft:
                resource.setrlimit(resource.RLIMIT_DATA, (self._most, hard))
            ctypes.set_errno(0)
            try:
                yield
            except MemoryError as error:
                raise too_heavy() from error
            except OSError as error:
                if ctypes.get_errno() == errno.ENOMEM:
                    raise too_heavy() from error
                raise
            finally:
                resource.setrlimit(resource.RLIMIT_DATA, limits)


def release() -> None:
    """Give freed memory back to the kernel, before something that takes much.

    A warm function keeps up to 256 MB for its next picture (`MALLOC_TRIM_THRESHOLD_` in
    template.yaml), which makes ordinary pictures fast. A large picture would take its memory on top
    of that. Where there is no malloc_trim, as outside glibc, nothing is kept on purpose.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _data_bytes() -> int | None:
    """Size of the process's data segment, which RLIMIT_DATA counts; None without /proc."""
    try:
        with open(_STATM) as file:
            return int(file.read().split()[5]) * resource.getpagesize()
    except OSError:
        return None
