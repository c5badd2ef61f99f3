"""Reading generated videos, in this process or as functions do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
from av.video.frame import VideoFrame
from darkroom.imaging.recipe import Watermark
from darkroom.media import jobs
from darkroom.media.limits import MediaLimits
from PIL import Image, ImageChops, ImageStat

LIMITS = MediaLimits()


@dataclass
class MemorySource:
    """Bytes, and which parts of them were read."""

    data: bytes
    read_parts: list[tuple[int, int]] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.data)

    def read(self, first: int, count: int) -> bytes:
        self.read_parts.append((first, count))
        return self.data[first : first + count]


def inspected(data: bytes, folder: Path, limits: MediaLimits = LIMITS) -> dict[str, Any]:
    return inspected_source(MemorySource(data), folder, limits)


def inspected_source(
    source: MemorySource, folder: Path, limits: MediaLimits = LIMITS
) -> dict[str, Any]:
    return jobs.inspect(source.read, source.size, folder, limits)


def facts_of(data: bytes, folder: Path) -> dict[str, Any]:
    facts: dict[str, Any] = inspected(data, folder)["facts"]
    return facts


def transcoded(
    data: bytes,
    folder: Path,
    limits: MediaLimits = LIMITS,
    *,
    short_edge: int = 180,
    watermark: Watermark | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> dict[str, Any]:
    return jobs.transcode(
        MemorySource(data).read, len(data), folder, limits, short_edge, on_progress, watermark
    )


@dataclass
class Played:
    """A version as a player finds it."""

    frames: list[VideoFrame]
    times: list[float]
    sound_seconds: float
    metadata: dict[str, str]
    video_codec: str
    audio_codec: str | None
    tracks: int

    def image(self, number: int) -> Image.Image:
        image: Image.Image = self.frames[number].to_image()
        return image


def played(path: Path) -> Played:
    with av.open(str(path)) as container:
        video = container.streams.video[0]
        frames = list(container.decode(video))
        sound = next(iter(container.streams.audio), None)
        return Played(
            frames=frames,
            times=[round(frame.time or 0.0, 3) for frame in frames],
            sound_seconds=float((sound.duration or 0) * sound.time_base)
            if sound is not None and sound.time_base
            else 0.0,
            metadata={**container.metadata, **video.metadata},
            video_codec=video.codec_context.codec.canonical_name,
            audio_codec=sound.codec_context.codec.canonical_name if sound else None,
            tracks=len(container.streams),
        )


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """The colours near the corners, from the top left clockwise."""
    width, height = image.size
    x, y = width // 8, height // 8
    places = [(x, y), (width - x, y), (width - x, height - y), (x, height - y)]
    rgb = image.convert("RGB")
    return [tuple(rgb.getpixel(place)) for place in places]  # type: ignore[arg-type]


def strays(found: Image.Image, expected: Image.Image) -> float:
    """The mean difference of the channel that strays most, in levels."""
    return max(ImageStat.Stat(ImageChops.difference(found, expected)).mean)


def is_close(found: tuple[int, ...], expected: tuple[int, ...], most: int = 24) -> bool:
    return all(abs(a - b) <= most for a, b in zip(found, expected, strict=True))
