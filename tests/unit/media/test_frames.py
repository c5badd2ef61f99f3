"""Frames that were developed leave memory as soon as nobody has them."""

from __future__ import annotations

import gc
from pathlib import Path

from av.video.frame import VideoFrame
from darkroom.media.frames import Developer
from PIL import Image

from tests.unit.media.test_watermark import SIZE, TIME_BASE

FRAMES = 60


def test_frames_wait_for_no_collection_when_they_are_developed(tmp_path: Path) -> None:
    """A minute of video has thousands, of megabytes each: Python collects circles too late."""
    developer = Developer(SIZE, "yuv420p", tmp_path)
    picture = Image.new("RGB", SIZE, "teal")
    gc.collect()
    gc.disable()
    try:
        for at in range(FRAMES):
            frame = VideoFrame.from_image(picture)
            frame.pts, frame.time_base = at, TIME_BASE
            developer.develop(frame, TIME_BASE)
        left = gc.collect()
    finally:
        gc.enable()

    assert left < FRAMES
