"""Memory that the process keeps although nothing uses it."""

from __future__ import annotations


def release() -> None:
    """Give it back, before something that takes much.

    A warm function keeps up to 256 MB for its next picture (`MALLOC_TRIM_THRESHOLD_` in
    template.yaml), which is what makes ordinary ones fast; under what a large one takes, it would
    add to the peak. Where there is no malloc_trim, as outside glibc, nothing is kept on purpose.
    """
    import ctypes  # 2 ms of start-up that only large pictures need

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
