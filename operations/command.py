"""How every command of make begins and ends: mistakes are told in one line, not in a traceback."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from types import FrameType

from darkroom.printable import printable


class CommandError(Exception):
    """Something foreseeable went wrong; the message says what, and what to do."""


def run_command(command: Callable[[], int]) -> None:
    """Run `command` as this program: exits with its result, or with 2 if it could not do its work.

    SIGTERM unwinds the stack as Ctrl-C does, so that every context manager stops what it has
    started and what was done so far is kept. Both signals work even where a shell started this
    program in the background, which makes it ignore Ctrl-C.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        sys.exit(command())
    except CommandError as error:
        # A sentence of AWS's may name a file, and a name may hold escape sequences.
        lines = [printable(line, instead="?") for line in str(error).split("\n")]
        sys.stderr.write("error: " + "\n".join(lines) + "\n")
        sys.exit(2)
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped\n")
        sys.exit(130)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
