"""Frames as they are shown: upright, at a size, in colours that every display shows."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Literal

from av.filter import Graph
from av.filter.context import FilterContext
from av.video.frame import VideoFrame
from darkroom.media.colours import cube_of, name_colours
from darkroom.media.size import quarter_turn

_TURNS: dict[int, tuple[tuple[str, str | None], ...]] = {
    90: (("transpose", "cclock"),),
    180: (("hflip", None), ("vflip", None)),
    270: (("transpose", "clock"),),
}  # by degrees counter-clockwise


class Developer:
    """Makes frames of one size, upright, in Rec. 709 (yuv420p) or sRGB (rgb24).

    Tables of HDR's colours are written to `folder`, whose path must be of plain letters.
    """

    def __init__(
        self, size: tuple[int, int], pixels: Literal["yuv420p", "rgb24"], folder: Path
    ) -> None:
        self._size = size
        self._pixels = pixels
        self._folder = folder
        self._graph = Graph()
        self._is_for: tuple[object, ...] | None = None

    def develop(self, frame: VideoFrame, time_base: Fraction) -> VideoFrame:
        """The frame as it is shown, with its time."""
        name_colours(frame)
        kind = (
            frame.width, frame.height, frame.format.name, frame.rotation, frame.color_trc,
            frame.color_primaries, frame.colorspace, frame.color_range,
        )  # fmt: skip
        if kind != self._is_for:  # some recorders change size as they go
            self._graph = self._graph_for(frame, time_base)
            self._is_for = kind
        self._graph.vpush(frame)
        return self._graph.vpull()

    def _graph_for(self, frame: VideoFrame, time_base: Fraction) -> Graph:
        graph = Graph()
        graph.threads = 1
        turn = quarter_turn(frame.rotation)
        width, height = self._size[::-1] if turn % 180 else self._size
        size = f"{width}:{height}:flags=bilinear"
        to_video = ":out_color_matrix=bt709:out_range=tv" if self._pixels == "yuv420p" else ""
        cube = cube_of(frame, self._folder)
        chain: list[tuple[str, str | None]] = [("scale", size + to_video)]
        if cube is not None:
            chain = [("scale", size), ("format", "gbrp10le"), ("lut3d", f"file={cube}")]
            chain += [("scale", to_video[1:])] if to_video else []
        chain += [("format", self._pixels), *_TURNS.get(turn, ()), ("setsar", "1")]
        node = graph.add_buffer(
            width=frame.width, height=frame.height, format=frame.format, time_base=time_base
        )
        for name, arguments in [*chain, ("buffersink", None)]:
            node = _linked(node, graph.add(name, arguments))
        graph.configure()
        return graph


def _linked(before: FilterContext, after: FilterContext) -> FilterContext:
    before.link_to(after)
    return after
