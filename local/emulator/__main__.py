"""Start MiniStack with every patch applied: `python -m local.emulator`.

It ends when its standard input closes: whoever started it may be killed, and still leaves nothing
running. DARKROOM_PLAIN_EMULATOR=true applies no patch: so the tests show what each is for.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import shutil
import signal
import sys
import threading

from local.emulator.patches import PATCHES

MINISTACK_VERSION = "1.5.33"  # the patches replace internals, which may change any time


def main() -> None:
    """Check the version, apply the patches, serve."""
    require_version()
    if os.environ.get("DARKROOM_PLAIN_EMULATOR") != "true":
        for patch in PATCHES:
            patch.apply()
    if os.getpgrp() == os.getpid():
        end_with_standard_input()
    importlib.import_module("ministack.app").main()


def require_version() -> None:
    """Exit with one line unless the installed MiniStack is the one the patches are written for."""
    try:
        found = importlib.metadata.version("ministack")
    except importlib.metadata.PackageNotFoundError:
        found = "none"
    if found != MINISTACK_VERSION:
        sys.exit(f"local/emulator is written for MiniStack {MINISTACK_VERSION}, not {found}.")


def end_with_standard_input() -> None:
    """End this process and its workers, and remove their state, once standard input closes."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        shutil.rmtree(os.environ["STATE_DIR"], ignore_errors=True)
        os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=wait, daemon=True, name="lifeline").start()


if __name__ == "__main__":
    main()
