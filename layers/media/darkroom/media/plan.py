"""Whether a version of a video is made for the web, and what that is going to take."""

from __future__ import annotations

from dataclasses import dataclass

from darkroom.errors import PermanentError
from darkroom.kinds import VideoFormat
from darkroom.media.errors import too_long, too_slow
from darkroom.media.facts import Facts
from darkroom.media.limits import MediaLimits
from darkroom.media.ranges import BLOCK_BYTES
from darkroom.media.size import fitted

WEB_READY = "web-ready"
MOST_FRAMES_A_SECOND = 60
_USUAL_FRAMES_A_SECOND = 30  # where a file does not say
# A version has some 3 Mbit/s; of what has so many, downloading costs a viewer more than it shows.
_MOST_BITS_A_SECOND = 6_000_000
# By codec and format: what every browser plays.
_PLAYED_VIDEO = {
    VideoFormat.MP4: {"h264"}, VideoFormat.WEBM: {"vp8", "vp9"},
}  # fmt: skip
_PLAYED_AUDIO = {
    VideoFormat.MP4: {"aac", "mp3", None}, VideoFormat.WEBM: {"opus", "vorbis", None},
}  # fmt: skip
_PLAYED_PIXELS = {"yuv420p", "yuvj420p"}
# CPU seconds for a million pixels on an idle core of an EPYC: reading by codec, others like the
# slowest; writing; the colours of HDR. The busy machine of docs/performance.md took up to so many
# times as long, and a function's core is shared, too.
_DECODING = {
    "h264": 0.0018, "hevc": 0.0048, "vp8": 0.0025, "vp9": 0.004, "mpeg4": 0.0018, "h263": 0.0018,
    "mjpeg": 0.005,
}  # fmt: skip
_SLOWEST, _ENCODING, _TONE_MAPPING = 0.006, 0.0145, 0.025
_SHARED_CORE = 1.75
# Bytes are waited for a block at a time: what a store in the same region takes for one.
_WAITING = 0.04 / BLOCK_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is going to be made, or why nothing is."""

    width: int
    height: int
    work_seconds: float | None
    """Predicted CPU seconds of a function; None where the file does not say how long it lasts."""
    reason: str | None = None
    message: str | None = None


def plan_of(facts: Facts, limits: MediaLimits, short_edge: int, *, is_marked: bool = False) -> Plan:
    """The plan for a video whose version has this short edge, in pixels.

    One whose version is marked has a version even where browsers play it as it is.
    """
    width, height = fitted(facts.width, facts.height, short_edge)
    work = work_seconds(facts, (width, height))
    refusal: PermanentError | None = None
    if not is_marked and is_web_ready(facts, short_edge):
        return Plan(width=width, height=height, work_seconds=0.0, reason=WEB_READY)
    if facts.seconds and facts.seconds > limits.max_seconds:
        refusal = too_long(facts.seconds, limits.max_seconds)
    elif facts.seconds and work and work + facts.bytes * _WAITING > limits.max_work_seconds:
        refusal = too_slow(facts.seconds)
    return Plan(
        width=width,
        height=height,
        work_seconds=work,
        reason=refusal.code if refusal else None,
        message=refusal.sentence if refusal else None,
    )


def is_web_ready(facts: Facts, short_edge: int) -> bool:
    """Whether every browser plays the file as it is, and it is no larger than its version."""
    try:
        format_ = VideoFormat(facts.format)
    except ValueError:
        return False
    return (
        facts.video_codec in _PLAYED_VIDEO.get(format_, ())
        and facts.audio_codec in _PLAYED_AUDIO.get(format_, ())
        and facts.pixel_format in _PLAYED_PIXELS
        and facts.hdr is None
        and facts.index_first
        and fitted(facts.width, facts.height, short_edge)
        == fitted(facts.width, facts.height, max(facts.width, facts.height))
        and (facts.frame_rate or 0) <= MOST_FRAMES_A_SECOND
        and facts.bit_rate is not None
        and facts.bit_rate <= _MOST_BITS_A_SECOND
    )


def work_seconds(facts: Facts, size: tuple[int, int]) -> float | None:
    """CPU seconds that a version of this size takes a function; None for an unknown duration."""
    if not facts.seconds:
        return None
    rate = facts.frame_rate or _USUAL_FRAMES_A_SECOND
    read = facts.stored_width * facts.stored_height * rate * facts.seconds / 1e6
    written = size[0] * size[1] * min(rate, MOST_FRAMES_A_SECOND) * facts.seconds / 1e6
    work = read * _DECODING.get(facts.video_codec, _SLOWEST) + written * _ENCODING
    if facts.hdr:
        work += written * _TONE_MAPPING
    return round(work * _SHARED_CORE, 1)
