"""The picture that stands for a video: the sharpest of a few, none of them black."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from av.video.frame import VideoFrame
from darkroom.media.container import UNDECODABLE, Video
from darkroom.media.frames import Developer
from darkroom.media.size import fitted, upright
from PIL import Image, ImageFilter, ImageStat

_SHORT_EDGE = 1080
# Where to look, in parts of the video. The very first frame is often black or blurred.
_PLACES = (0.1, 0.3, 0.5, 0.7, 0.0)
_JUDGED_SIZE = (320, 180)
# Of a picture that shows something: how light it is on average, and how far it strays from that.
_LEAST_MEAN, _MOST_MEAN, _LEAST_CONTRAST = 20, 235, 8
# Where none does, so many frames from the start are gone through, and some of them looked at.
_SEARCHED_FRAMES, _SECONDS_APART = 300, 0.25


@dataclass(frozen=True, slots=True)
class Poster:
    """A picture, upright, in sRGB, and its time in the video."""

    image: Image.Image
    seconds: float


@dataclass(frozen=True, slots=True)
class _Judged:
    frame: VideoFrame
    shows_something: bool
    sharpness: float


def make_poster(video: Video, folder: Path) -> Poster:
    """The poster of a video: the sharpest of its key frames that shows something.

    Where none of them does, the first frame that does; where there is none, one of those.

    Raises:
        CorruptVideo, VideoCutOff: no frame can be decoded.
    """
    found = [_judged(frame) for frame in _key_frames(video)]
    best = max(found, key=lambda each: (each.shows_something, each.sharpness), default=None)
    if best is None or not best.shows_something:
        later = map(_judged, _apart(islice(_frames(video), _SEARCHED_FRAMES)))
        best = next((each for each in later if each.shows_something), best)
    if best is None:
        raise video.refusal()
    frame, context = best.frame, video.picture.codec_context
    size = upright(frame.width, frame.height, context.sample_aspect_ratio, frame.rotation)
    developer = Developer(fitted(*size, _SHORT_EDGE), "rgb24", folder)
    image = developer.develop(frame, video.time_base).to_image()
    return Poster(image, max(0.0, (frame.time or 0.0) - video.start_seconds))


def _key_frames(video: Video) -> Iterator[VideoFrame]:
    """A frame at each place, without those that are there already."""
    context = video.picture.codec_context
    context.skip_frame = "NONKEY"
    seen: set[int | None] = set()
    for place in _PLACES if video.seconds else (0.0,):
        try:
            video.seek(place * (video.seconds or 0))
            frame = next(video.container.decode(video.picture))
        except (StopIteration, *UNDECODABLE):
            continue  # damaged here, or over before
        if frame.pts not in seen:
            seen.add(frame.pts)
            yield frame
    context.skip_frame = "DEFAULT"


def _frames(video: Video) -> Iterator[VideoFrame]:
    video.seek(0)
    for packet in video.container.demux(video.picture):
        try:
            yield from video.picture.decode(packet)
        except UNDECODABLE:
            continue


def _apart(frames: Iterator[VideoFrame]) -> Iterator[VideoFrame]:
    due = float("-inf")
    for frame in frames:
        if (frame.time or 0.0) >= due:
            due = (frame.time or 0.0) + _SECONDS_APART
            yield frame


def _judged(frame: VideoFrame) -> _Judged:
    width, height = _JUDGED_SIZE
    grey = frame.reformat(width=width, height=height, format="rgb24").to_image().convert("L")
    light = ImageStat.Stat(grey)
    # The filter leaves the border as it was.
    edges = grey.filter(ImageFilter.FIND_EDGES).crop((1, 1, width - 1, height - 1))
    is_lit = _LEAST_MEAN <= light.mean[0] <= _MOST_MEAN
    return _Judged(
        frame, is_lit and light.stddev[0] >= _LEAST_CONTRAST, ImageStat.Stat(edges).stddev[0]
    )
