"""Camera-like videos, generated: `python -m bench.videos FOLDER` writes one file for each case.

The camera pans over a photo with grain (bench/generated.py), at the bit rates that phones write.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

RATE = 30
_GRAIN = 3.0  # standard deviation in levels
_GRAINS = 7  # pictures of it, which take turns
_ROOM = 1.25  # of the photo, for the camera to pan over
_AUDIO_RATE = 48_000


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """A case: what is written, and how long it lasts."""

    name: str
    filename: str
    size: tuple[int, int]
    seconds: int
    codec: str
    bit_rate: int
    options: dict[str, str]
    pixels: str = "yuv420p"
    transfer: int | None = None


_X264 = {"preset": "ultrafast", "threads": "2"}
_X265 = {"preset": "ultrafast", "x265-params": "pools=2:frame-threads=1:log-level=none"}
HD = (1920, 1080)
CLIPS = (
    Clip("1080p30 H.264, 17 Mbit/s", "h264.mp4", HD, 8, "libx264", 17_000_000, _X264),
    Clip("1080p30 HEVC, 8 Mbit/s", "hevc.mov", HD, 5, "libx265", 8_000_000, _X265),
    Clip("2160p30 H.264, 45 Mbit/s", "4k.mp4", (3840, 2160), 3, "libx264", 45_000_000, _X264),
    Clip(
        "1080p30 HEVC in HLG, 8 Mbit/s", "hlg.mov", HD, 3, "libx265", 8_000_000, _X265,
        "yuv420p10le", 18,
    ),
)  # fmt: skip


def write(clip: Clip, path: Path) -> None:
    """Write a clip, with noise as its sound."""
    import av
    from av.audio.frame import AudioFrame
    from av.video.frame import VideoFrame

    with av.open(str(path), "w", options={"movflags": "+faststart"}) as out:
        video: Any = out.add_stream(clip.codec, rate=RATE, options=clip.options)
        video.width, video.height = clip.size
        video.pix_fmt = clip.pixels
        video.bit_rate = clip.bit_rate
        if clip.transfer:
            context = video.codec_context
            context.color_primaries, context.colorspace = 9, 9
            context.color_trc = clip.transfer
        sound = out.add_stream("aac", rate=_AUDIO_RATE, layout="stereo")
        for number, picture in enumerate(_pictures(clip)):
            frame = VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=clip.pixels)
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            out.mux(video.encode(frame))
        for start in range(0, clip.seconds * _AUDIO_RATE, 1024):
            noise = _noise(start, (2, 1024))
            heard = AudioFrame.from_ndarray(noise, format="fltp", layout="stereo")
            heard.sample_rate, heard.pts, heard.time_base = (
                _AUDIO_RATE,
                start,
                Fraction(1, _AUDIO_RATE),
            )
            out.mux(sound.encode(heard))
        out.mux(video.encode(None))
        out.mux(sound.encode(None))


def _pictures(clip: Clip) -> Iterator[Any]:
    import numpy as np

    from bench.generated import photo

    width, height = clip.size
    large = np.asarray(photo(round(width * _ROOM), round(height * _ROOM)), dtype=np.int16)
    chance = np.random.default_rng(width)
    grains = [
        np.rint(chance.normal(0, _GRAIN, (height, width, 1))).astype(np.int16)
        for _ in range(_GRAINS)
    ]
    for number in range(clip.seconds * RATE):
        at = number / RATE
        x = round((0.5 + 0.5 * math.sin(at * 0.9)) * (large.shape[1] - width))
        y = round((0.5 + 0.5 * math.sin(at * 0.7 + 1)) * (large.shape[0] - height))
        shown = large[y : y + height, x : x + width] + grains[number % _GRAINS]
        yield np.clip(shown, 0, 255).astype(np.uint8)


def _noise(seed: int, shape: tuple[int, int]) -> Any:
    import numpy as np

    return (np.random.default_rng(seed).standard_normal(shape) * 0.1).astype(np.float32)


def main() -> int:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for clip in CLIPS:
        path = folder / clip.filename
        if not path.exists():
            unfinished = path.with_name(f"unfinished-{path.name}")
            write(clip, unfinished)
            unfinished.replace(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
