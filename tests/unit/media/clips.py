"""Short videos of all formats, made when they are needed first."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.video.frame import VideoFrame
from PIL import Image, ImageDraw

WIDTH, HEIGHT, RATE = 320, 240, 10
RED, GREEN, BLUE, WHITE = (200, 40, 40), (40, 160, 60), (40, 60, 190), (230, 230, 230)
X264 = {"preset": "ultrafast", "g": "10", "threads": "1"}
X265 = {"preset": "ultrafast", "x265-params": "pools=none:frame-threads=1:log-level=none"}
SECONDS = 2


def scene(number: int, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Image.Image:
    """A frame: a corner of each colour, red at the top left, and a bar that moves."""
    width, height = size
    image = Image.new("RGB", size, WHITE)
    draw = ImageDraw.Draw(image)
    half_width, half_height = width // 2, height // 2
    draw.rectangle((0, 0, half_width, half_height), RED)
    draw.rectangle((half_width, 0, width, half_height), GREEN)
    draw.rectangle((0, half_height, half_width, height), BLUE)
    at = number * 7 % width
    draw.rectangle((at, height // 3, at + 6, height * 2 // 3), (10, 10, 10))
    return image


def scenes(count: int, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Iterator[Image.Image]:
    return (scene(number, size) for number in range(count))


def encoded(
    format_: str,
    codec: str,
    images: Iterator[Image.Image] | list[Image.Image] | None = None,
    *,
    audio: str | None = "aac",
    options: dict[str, str] | None = None,
    pixels: str = "yuv420p",
    turned: int = 0,
    colours: tuple[int, int] | None = None,
    aspect: Fraction | None = None,
    times: list[float] | None = None,
    metadata: dict[str, str] | None = None,
    rate: int = RATE,
    container_options: dict[str, str] | None = None,
    seconds: float = SECONDS,
    tracks: int = 1,
) -> bytes:
    """A video's bytes. `turned` is counter-clockwise; `colours` are primaries and transfer."""
    pictures = list(images if images is not None else scenes(round(seconds * rate)))
    ticks = rate if format_ == "avi" else 1000  # AVI has a frame for each tick
    folder = TemporaryDirectory()
    path = Path(folder.name) / "clip"
    with av.open(str(path), "w", format=format_, options=container_options or {}) as container:
        container.metadata.update(metadata or {})
        videos: list[Any] = [
            container.add_stream(codec, rate=rate, options=options or {}) for _ in range(tracks)
        ]
        for video in videos:
            video.width, video.height = pictures[0].size
            video.pix_fmt = pixels
            video.codec_context.thread_count = 1
            video.codec_context.time_base = Fraction(1, ticks)
            if aspect:
                video.codec_context.sample_aspect_ratio = aspect
            if colours:
                video.codec_context.color_primaries, video.codec_context.color_trc = colours
                video.codec_context.colorspace = 9
            if turned:
                video.set_display_rotation(turned)
        sound: Any = None
        if audio:
            sound_rate = 8000 if audio.startswith("amr") else 48000
            layout = "mono" if audio.startswith("amr") else "stereo"
            sound = container.add_stream(audio, rate=sound_rate, layout=layout)
            tone(container, sound, seconds)
        for video in videos:
            for number, picture in enumerate(pictures):
                frame = VideoFrame.from_image(picture).reformat(format=pixels)
                at = times[number] if times else number / rate
                frame.pts, frame.time_base = round(at * ticks), Fraction(1, ticks)
                container.mux(video.encode(frame))
            container.mux(video.encode(None))
    with folder:
        return path.read_bytes()


def tone(container: Any, track: Any, seconds: float) -> None:
    context = track.codec_context
    context.open()
    size = context.frame_size or 1024
    for start in range(0, round(seconds * context.rate), size):
        frame = AudioFrame(format=context.format, layout=context.layout, samples=size)
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.sample_rate, frame.pts, frame.time_base = (
            context.rate,
            start,
            Fraction(1, context.rate),
        )
        container.mux(track.encode(frame))
    container.mux(track.encode(None))


@cache
def mp4() -> bytes:
    return encoded("mp4", "libx264", options=X264, container_options={"movflags": "+faststart"})
