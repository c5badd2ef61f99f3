"""Three seconds of a video as a small animation without sound."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from darkroom.media.container import UNDECODABLE, Video
from darkroom.media.frames import Developer
from darkroom.media.size import fitted, upright
from PIL import Image

SECONDS = 3.0
_FRAMES_A_SECOND = 8
_SHORT_EDGE = 270
_QUALITY, _METHOD = 60, 3
# Frames of 8K take seconds, and the preview then has fewer.
_MOST_CPU_SECONDS = 25.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What was written."""

    width: int
    height: int
    frames: int


def make_preview(video: Video, start: float, folder: Path, path: Path) -> Preview | None:
    """Write an animated WebP of the seconds from `start` on, or of the last ones.

    None where the video has fewer than two frames there: nothing is written then.
    """
    images = _images(video, start, folder)
    if len(images) < 2:
        return None
    images[0].save(
        path, "WEBP", save_all=True, append_images=images[1:],
        duration=round(1000 / _FRAMES_A_SECOND), loop=0, quality=_QUALITY, method=_METHOD,
    )  # fmt: skip
    return Preview(width=images[0].width, height=images[0].height, frames=len(images))


def _images(video: Video, start: float, folder: Path) -> list[Image.Image]:
    if video.seconds:
        start = max(0.0, min(start, video.seconds - SECONDS))
    video.seek(start)
    track = video.picture
    latest = time.process_time() + _MOST_CPU_SECONDS
    images: list[Image.Image] = []
    developer: Developer | None = None
    due = start
    for packet in video.container.demux(track):
        try:
            frames = track.decode(packet)
        except UNDECODABLE:
            continue
        for frame in frames:
            at = (frame.time or 0.0) - video.start_seconds
            if at < due - 0.001:
                continue
            if developer is None:
                aspect = track.codec_context.sample_aspect_ratio
                size = upright(frame.width, frame.height, aspect, frame.rotation)
                developer = Developer(fitted(*size, _SHORT_EDGE), "rgb24", folder)
            images.append(developer.develop(frame, video.time_base).to_image())
            due = max(due, at - 1 / _FRAMES_A_SECOND) + 1 / _FRAMES_A_SECOND
        is_late = time.process_time() > latest
        if len(images) >= SECONDS * _FRAMES_A_SECOND or due >= start + SECONDS or is_late:
            break
    return images
