"""The times of a version's frames: those of the video, as far apart as a screen can show."""

from __future__ import annotations

from fractions import Fraction

TICKS = 90_000  # of a second


class Pace:
    """Which frames are kept so that no second has more than `most`.

    No frame is put in and none is moved: a variable rate stays one.
    """

    def __init__(self, most: int) -> None:
        self._period = Fraction(1, most)
        self._due: Fraction | None = None
        self._last = -1

    def ticks(self, seconds: Fraction) -> int | None:
        """The time of a frame in ticks; None for one that is left out.

        One that does not come after the one before it is left out, too.
        """
        ticks = round(seconds * TICKS)
        due = seconds if self._due is None else self._due
        # Times are rounded in some formats, to a millisecond.
        if ticks <= self._last or seconds < due - Fraction(1, 1000):
            return None
        # The time that a frame came late is made up for, within one period.
        self._due = max(due, seconds - self._period) + self._period
        self._last = ticks
        return ticks
