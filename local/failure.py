"""Faults that a person can do something about end a command with one line, not a traceback."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from types import FrameType


class LocalError(Exception):
    """Something foreseeable went wrong; the message says what, and what to do."""


def run_command(command: Callable[[], int]) -> None:
    """Run `command` as this program; exits with its answer.

    SIGTERM unwinds the stack as Ctrl-C does, so that every context manager gets to stop what it
    has started. Both do even where a shell started this in the background, ignoring Ctrl-C.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)
    try:
        sys.exit(command())
    except LocalError as error:
        sys.exit(f"error: {error}")
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped\n")
        sys.exit(130)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
