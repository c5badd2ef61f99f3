"""The job, as each engine does it; every module here runs as a process of its own.

One photo in; five JPEGs of quality 80 out: 1920, 960, 480 and 240 pixels on the longest edge, and
one more of 1920 with a logo, a fifth of its width, in its lower right corner. All upright, sRGB,
without metadata.
"""

from __future__ import annotations

EDGES = (1920, 960, 480, 240)
MARKED = "marked"
QUALITY = 80
MARK_SHARE = 0.2
MARK_MARGIN_SHARE = 0.02
MARK_OPACITY = 0.6
