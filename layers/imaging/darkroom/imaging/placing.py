"""Where on a picture a watermark goes."""

from __future__ import annotations

from typing import Literal

Position = Literal[
    "top-left", "top", "top-right", "left", "center", "right",
    "bottom-left", "bottom", "bottom-right", "tile",
]  # fmt: skip
_MARGIN_SHARE = 0.02  # of the picture's shorter edge
_TILE_GAP_SHARE = 0.6  # of the mark's width, between two of them


def places(
    position: Position, picture: tuple[int, int], mark: tuple[int, int]
) -> list[tuple[int, int]]:
    """The top left corners, in pixels, at which to paste a mark; both sizes are in pixels."""
    if position == "tile":
        return _tiles(picture, mark)
    margin = round(min(picture) * _MARGIN_SHARE)
    far_x, far_y = (max(0, picture[n] - mark[n] - margin) for n in (0, 1))
    middle_x, middle_y = ((picture[n] - mark[n]) // 2 for n in (0, 1))
    x = margin if "left" in position else far_x if "right" in position else middle_x
    y = margin if "top" in position else far_y if "bottom" in position else middle_y
    return [(x, y)]


def _tiles(picture: tuple[int, int], mark: tuple[int, int]) -> list[tuple[int, int]]:
    """Rows of marks from edge to edge, every other one shifted by half."""
    gap = max(1, round(mark[0] * _TILE_GAP_SHARE))
    across, down = mark[0] + gap, mark[1] + gap
    rows = enumerate(range(-mark[1] // 2, picture[1], down))
    return [
        (x, y) for row, y in rows for x in range(-(across // 2) * (row % 2), picture[0], across)
    ]
