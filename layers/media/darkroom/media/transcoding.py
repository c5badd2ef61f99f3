"""The version of a video that every browser plays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.packet import Packet
from av.video.frame import VideoFrame
from darkroom.imaging.recipe.types import Watermark
from darkroom.kinds import VideoFormat
from darkroom.media.container import UNDECODABLE, Video
from darkroom.media.errors import corrupt, too_long
from darkroom.media.facts import Facts
from darkroom.media.files import VERSION
from darkroom.media.limits import MediaLimits
from darkroom.media.plan import MOST_FRAMES_A_SECOND, Plan
from darkroom.media.tracks import PictureTrack, SoundTrack

_USUAL_FRAMES_A_SECOND = 30.0  # where a file does not say
# Packets that cannot be decoded: a few are passed over, of more the rest is worth nothing.
_BROKEN_FRACTION, _BROKEN_AT_LEAST = 0.05, 20
# A file that ends so much earlier than it says was cut short.
_MISSING_FRACTION, _MISSING_SECONDS = 0.02, 0.5

OnProgress = Callable[[int], None]  # percent, each once and in their order


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcoded:
    """What was written."""

    width: int
    height: int
    frames: int
    seconds: float
    cut_off: bool
    """Whether the original ends earlier than it says: this is what it has."""


def make_version(
    video: Video, facts: Facts, plan: Plan, folder: Path, limits: MediaLimits,
    on_progress: OnProgress, watermark: Watermark | None,
) -> Transcoded:  # fmt: skip
    """Write the MP4 (H.264, AAC) that is planned to `folder`, as `VERSION`.

    Its index comes first. It has the video's times, the watermark on every frame, and nothing that
    the file says besides.

    Raises:
        CorruptVideo, VideoCutOff: no frame can be decoded, or hardly any.
        VideoTooLong: it lasts longer than it says.
    """
    path = folder / VERSION
    size = plan.width, plan.height
    overlay = None
    if watermark is not None:
        from darkroom.media.overlay import overlay_of  # with Pillow, which few versions need

        overlay = overlay_of(watermark, size)
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as out:
        # All tracks, before the first packet.
        picture = PictureTrack(
            out, size, facts.frame_rate or _USUAL_FRAMES_A_SECOND, MOST_FRAMES_A_SECOND, folder,
            overlay,
        )  # fmt: skip
        sound = None
        if video.sound is not None:
            context = video.sound.codec_context
            sound = SoundTrack(out, context.sample_rate, context.layout.nb_channels)
        percent = 0
        for packets in _packets(video, picture, sound):
            for packet in packets:
                out.mux(packet)
            if picture.seconds > limits.max_seconds + 1:
                raise too_long(picture.seconds, limits.max_seconds)
            done = int(100 * picture.seconds / facts.seconds) if facts.seconds else 0
            if percent < done < 100:
                percent = done
                on_progress(percent)
        if not picture.frames:
            raise video.refusal()
    return Transcoded(
        width=plan.width,
        height=plan.height,
        frames=picture.frames,
        seconds=round(picture.seconds, 3),
        cut_off=_is_cut_off(video, picture.seconds, facts.seconds),
    )


def _packets(
    video: Video, picture: PictureTrack, sound: SoundTrack | None
) -> Iterator[Iterator[Packet[Any]]]:
    """What each packet of the video becomes."""
    tracks = [video.picture, *([video.sound] if video.sound else [])]
    origin = Fraction(video.container.start_time or 0, av.time_base)
    count = broken = 0
    for packet in video.container.demux(*tracks):
        count += 1
        try:
            frames = packet.decode()
        except UNDECODABLE as error:
            broken += 1
            if broken > max(_BROKEN_AT_LEAST, _BROKEN_FRACTION * count):
                raise (corrupt() if picture.frames else video.refusal()) from error
            continue
        for frame in frames:
            if isinstance(frame, VideoFrame):
                yield picture.take(frame, video.time_base, origin)
            elif isinstance(frame, AudioFrame) and sound is not None:
                yield sound.take(frame, origin)
    if picture.frames:
        yield picture.end()
        if sound is not None:
            yield sound.end()


def _is_cut_off(video: Video, made: float, expected: float | None) -> bool:
    if expected is not None and made < expected * (1 - _MISSING_FRACTION) - _MISSING_SECONDS:
        return True
    # An AVI without its index, which is last, does not say how long it was. An MP4 does: where all
    # of it is there, what looks cut off is something that follows it.
    return video.is_cut_off() and (video.format == VideoFormat.AVI or made < (expected or made + 1))
