"""The memory that decoding may take, and what the process keeps although nothing uses it."""

from __future__ import annotations

import ctypes
import errno
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from darkroom.imaging.errors import too_heavy

# What is kept is no more than 256 MB, and a decoder takes 22 bytes a pixel or less (measured).
_LARGE_PIXELS = 10_000_000
_STATM = "/proc/self/statm"  # sizes in pages; the sixth is that of data (proc_pid_statm(5))
_alone = Lock()  # a limit is one of the whole process


class Allowance:
    """What the process may take from here on while it decodes; the kernel refuses more.

    For the codecs of video: by their bitstream, of which a header says nothing, they may hold on to
    a dozen frames. Where there is no /proc, as outside Linux, nothing is refused.
    """

    def __init__(self, size: int, pixels: int) -> None:
        """In bytes; `pixels` are as many as are decoded at once."""
        if pixels > _LARGE_PIXELS:
            release()
        taken = _data_bytes()
        self._most = None if taken is None else taken + max(0, size)

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Call the decoder in here; its library has to be loaded with `use_errno`.

        Raises:
            ImageTooLarge: instead of a MemoryError, or of an OSError that came of refused memory
                (RLIMIT_DATA, getrlimit(2)).
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
    """Give back what is kept, before something that takes much.

    A warm function keeps up to 256 MB for its next picture (`MALLOC_TRIM_THRESHOLD_` in
    template.yaml), which is what makes ordinary ones fast; under what a large one takes, it would
    add to the peak. Where there is no malloc_trim, as outside glibc, nothing is kept on purpose.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _data_bytes() -> int | None:
    """The private memory of this process that can be written to; None where nobody says."""
    try:
        with open(_STATM) as file:
            return int(file.read().split()[5]) * resource.getpagesize()
    except OSError:
        return None
