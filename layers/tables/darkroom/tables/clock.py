"""How long a table may take, all of it together."""

from __future__ import annotations

import time

from darkroom.tables.errors import takes_too_long


class Clock:
    """Runs from the moment it is made; after so many seconds a table is refused."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """How many seconds are left, below 0 if none are."""
        return self._end - time.monotonic()

    def check(self) -> None:
        """Raises TableTooComplex when the time is over."""
        if self.left() < 0:
            raise takes_too_long()
