"""Frames as they are shown: upright, at a size, in colours that every display shows."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from av.filter import Graph
from av.filter.context import FilterContext
from av.video.frame import VideoFrame
from darkroom.media.colours import cube_of, name_colours
from darkroom.media.size import is_mirrored, quarter_turn

if TYPE_CHECKING:
    from darkroom.media.overlay import Overlay

_TURNS: dict[int, tuple[tuple[str, str | None], ...]] = {
    90: (("transpose", "cclock"),),
    180: (("hflip", None), ("vflip", None)),
    270: (("transpose", "clock"),),
}  # by degrees counter-clockwise


class Developer:
    """Makes frames of one size, upright, in Rec. 709 (yuv420p) or sRGB (rgb24).

    Tables of HDR's colours are written to `folder`, whose path must be of plain letters.
    `overlay`, for yuv420p alone, is laid over every frame.
    """

    def __init__(
        self,
        size: tuple[int, int],
        pixels: Literal["yuv420p", "rgb24"],
        folder: Path,
        overlay: Overlay | None = None,
    ) -> None:
        self._size = size
        self._pixels = pixels
        self._folder = folder
        self._overlay = overlay
        self._graph = Graph()
        self._is_for: tuple[object, ...] | None = None
        self._pushed = 0

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
        # Numbered in the graph: whatever a file says of times, no frame comes before the overlay.
        at, frame.pts = frame.pts, self._pushed
        self._pushed += 1
        self._graph.vpush(frame, 0)
        shown = self._graph.vpull()
        frame.pts = at
        shown.pts, shown.time_base = at, time_base
        return shown

    def _graph_for(self, frame: VideoFrame, time_base: Fraction) -> Graph:
        # Of the first frame of a kind alone: one whose side data were looked at, which hold the
        # frame that holds them, stays in memory until Python looks for circles.
        matrix = frame.side_data.get("DISPLAYMATRIX")
        is_mirror = is_mirrored(None if matrix is None else bytes(matrix))  # type: ignore[call-overload]
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
        # How far it is turned is told by where its first axis goes, so the mirror is of the other.
        mirror = [("vflip", None)] if is_mirror else []
        chain += [("format", self._pixels), *mirror, *_TURNS.get(turn, ()), ("setsar", "1")]
        node = _buffer(graph, frame, time_base)
        for name, arguments in chain:
            node = _linked(node, graph.add(name, arguments))
        over = None
        if self._overlay is not None:
            x, y = self._overlay.corner
            node = _linked(node, graph.add("overlay", f"{x}:{y}:format=yuv420:eof_action=repeat"))
            over = _buffer(graph, self._overlay.frame, time_base)
            over.link_to(node, 0, 1)
        _linked(node, graph.add("buffersink"))
        graph.configure()
        if over is not None and self._overlay is not None:
            self._overlay.frame.pts = 0
            over.push(self._overlay.frame)
            over.push(None)  # it is there once, for all frames
        return graph


def _buffer(graph: Graph, frame: VideoFrame, time_base: Fraction) -> FilterContext:
    return graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=time_base
    )


def _linked(before: FilterContext, after: FilterContext) -> FilterContext:
    before.link_to(after)
    return after
