"""The two tracks of a version: H.264 and AAC, each made of a video's frames."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import OutputContainer
from av.packet import Packet
from av.video.frame import PictureType, VideoFrame
from darkroom.media.frames import Developer
from darkroom.media.timing import TICKS, Pace

if TYPE_CHECKING:
    from darkroom.media.overlay import Overlay

# A key frame every two seconds, so that a player can go anywhere.
_PRESET, _QUALITY, _SECONDS_BETWEEN_KEYS = "veryfast", 23, 2
# Of a picture of 1280 x 720, and of smaller ones; of larger ones in proportion.
_MOST_BITS, _PIXELS = 3_000_000, 1280 * 720
_REC_709 = 1
_LIMITED_RANGE = 1
_SOUND_BITS = 128_000
_GAP_SECONDS = Fraction(1, 10)  # of silence that is kept: less is not heard as one
_SOUND_RATES, _USUAL_RATE = {32_000, 44_100, 48_000}, 48_000


class PictureTrack:
    """H.264 of frames, upright, at a size and at most so many a second, below an overlay."""

    def __init__(
        self,
        out: OutputContainer,
        size: tuple[int, int],
        rate: float,
        most_a_second: int,
        folder: Path,
        overlay: Overlay | None,
    ) -> None:
        rate = min(rate, most_a_second)
        bits = round(_MOST_BITS * max(1.0, size[0] * size[1] / _PIXELS))
        options = {
            "preset": _PRESET, "crf": str(_QUALITY), "profile": "high",
            "maxrate": str(bits), "bufsize": str(2 * bits),
            "g": str(max(1, round(rate * _SECONDS_BETWEEN_KEYS))),
            # Without a thread of its own that looks ahead: there is one processor.
            "threads": "1", "x264-params": "sync-lookahead=0",
        }  # fmt: skip
        track = out.add_stream("libx264", rate=Fraction(rate).limit_denominator(1001))
        track.options = options  # type: ignore[assignment]
        track.width, track.height = size
        track.pix_fmt = "yuv420p"
        context = track.codec_context
        context.options = options
        context.time_base = Fraction(1, TICKS)
        context.thread_count = 1
        context.color_range = _LIMITED_RANGE
        context.color_primaries = context.color_trc = context.colorspace = _REC_709
        self._track = track
        self._developer = Developer(size, "yuv420p", folder, overlay)
        self._pace = Pace(most_a_second)
        self._duration = round(TICKS / rate)
        self.frames = 0
        self.seconds = 0.0
        """When its last frame ends."""

    def take(
        self, frame: VideoFrame, time_base: Fraction, origin: Fraction
    ) -> Iterator[Packet[Any]]:
        """What a frame adds to the track; `origin` is where the track's time begins, in seconds."""
        if frame.pts is None:
            return
        ticks = self._pace.ticks(frame.pts * time_base - origin)
        if ticks is None:
            return
        shown = self._developer.develop(frame, time_base)
        shown.pts, shown.time_base, shown.duration = ticks, Fraction(1, TICKS), self._duration
        shown.pict_type = PictureType.NONE  # the encoder's to choose
        self.frames += 1
        self.seconds = (ticks + self._duration) / TICKS
        yield from self._track.encode(shown)

    def end(self) -> Iterator[Packet[Any]]:
        """What is left."""
        yield from self._track.encode(None)


class SoundTrack:
    """AAC of frames, in stereo or mono."""

    def __init__(self, out: OutputContainer, rate: int, channels: int) -> None:
        layout = "mono" if channels == 1 else "stereo"
        rate = rate if rate in _SOUND_RATES else _USUAL_RATE
        self._track = out.add_stream("aac", rate=rate, layout=layout)
        self._track.codec_context.bit_rate = _SOUND_BITS
        self._track.codec_context.thread_count = 1
        self._resampler = AudioResampler("fltp", layout, rate, frame_size=1024)
        self._rate = rate
        self._next: int | None = None

    def take(self, frame: AudioFrame, origin: Fraction) -> Iterator[Packet[Any]]:
        """What a frame adds to the track; `origin` is where the track's time begins, in seconds."""
        if frame.pts is not None and frame.time_base:
            frame.pts -= round(origin / frame.time_base)
        yield from self._encoded(self._resampler.resample(frame))

    def end(self) -> Iterator[Packet[Any]]:
        """What is left."""
        yield from self._encoded(self._resampler.resample(None))
        yield from self._track.encode(None)

    def _encoded(self, frames: list[AudioFrame]) -> Iterator[Packet[Any]]:
        for frame in frames:
            time_base = frame.time_base or Fraction(1, self._rate)
            at = round((frame.pts or 0) * time_base * self._rate)
            if self._next is None:
                at = max(0, at)
            # Times are rounded in some formats, and go back in damaged files: samples do neither.
            elif at - self._next < _GAP_SECONDS * self._rate:
                at = self._next
            frame.pts, frame.time_base = at, Fraction(1, self._rate)
            self._next = at + frame.samples
            yield from self._track.encode(frame)
