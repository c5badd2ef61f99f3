"""Opening a video: one format that was told by its bytes, no other file and no address."""

from __future__ import annotations

import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, NoReturn

import av
import av.error
from av.container import InputContainer
from av.stream import Disposition
from av.video.stream import VideoStream
from darkroom.errors import EmptyUpload, PermanentError
from darkroom.kinds import HEAD_BYTES, VideoFormat, video_format_of
from darkroom.media import boxes
from darkroom.media.errors import (
    VideoTooLarge,
    codec_lacking,
    corrupt,
    cut_off,
    no_picture,
    too_heavy,
    too_many_tracks,
    unsupported,
)
from darkroom.media.limits import MediaLimits

_DEMUXERS = {
    VideoFormat.MP4: "mov", VideoFormat.MOV: "mov", VideoFormat.THREE_GP: "mov",
    VideoFormat.WEBM: "matroska", VideoFormat.MATROSKA: "matroska", VideoFormat.AVI: "avi",
}  # fmt: skip
# What FFmpeg says of a packet that it cannot decode. Of some damaged sound it says that it has no
# right to (AAC), or a number of the decoder's own (AC-3): neither is about this machine.
UNDECODABLE = (av.error.InvalidDataError, av.error.PermissionError, av.error.UndefinedError)
# How much is read and decoded to learn what the tracks hold.
_PROBED_BYTES, _PROBED_MICROSECONDS = 5 << 20, 5_000_000


class Video:
    """An open video, and the track that is its picture."""

    def __init__(
        self, file: io.RawIOBase, size: int, format_: VideoFormat, container: InputContainer
    ) -> None:
        self.file = file
        self.size = size
        self.format = format_
        self.container = container
        self.picture = _picture(container)
        self.sound = next((track for track in container.streams.audio if _is_readable(track)), None)

    @property
    def time_base(self) -> Fraction:
        """Of its frames, in seconds."""
        return self.picture.time_base or Fraction(1, av.time_base)

    @property
    def seconds(self) -> float | None:
        """How long it lasts by what the file says; None where it does not, or tells nonsense."""
        track = self.picture
        if track.duration and track.time_base:
            seconds = float(track.duration * track.time_base)
        else:
            seconds = (self.container.duration or 0) / av.time_base
        return seconds if seconds > 0 else None

    @property
    def start_seconds(self) -> float:
        """The time of its first picture."""
        track = self.picture
        return float((track.start_time or 0) * self.time_base)

    def seek(self, seconds: float) -> None:
        """Go to the last frame before a time that decodes by itself."""
        at = int((seconds + self.start_seconds) / self.time_base)
        self.container.seek(at, stream=self.picture, backward=True)

    def is_cut_off(self) -> bool:
        """Whether the file ends before its outermost parts do."""
        return _is_cut_off(self.file, self.size, self.format)

    def refusal(self) -> PermanentError:
        """Why no frame can be decoded: the file was cut short, or it is damaged."""
        return _refusal(self.file, self.size, self.format)


@contextmanager
def opened(file: io.RawIOBase, size: int, limits: MediaLimits) -> Iterator[Video]:
    """The video in a file, open.

    Raises:
        EmptyUpload, UnsupportedFormat: it is none.
        NoPicture, VideoCutOff, CorruptVideo, TooManyTracks, CodecLacking, VideoTooLarge: it is one
            that cannot be processed.
    """
    if not size:
        raise EmptyUpload("This file is empty. Please choose the video again and upload it.")
    head = file.read(HEAD_BYTES)
    format_ = video_format_of(head)
    if format_ is None:
        raise unsupported()
    file.seek(0)
    av.logging.set_level(None)
    with _refusals(file, size, format_, limits), _open(file, format_, limits) as container:
        video = Video(file, size, format_, container)
        _check(video, limits)
        yield video


def _open(file: io.RawIOBase, format_: VideoFormat, limits: MediaLimits) -> InputContainer:
    demuxer = _DEMUXERS[format_]
    options = {
        "format_whitelist": av.ContainerFormat(demuxer, "r").name,
        "protocol_whitelist": "none",  # an empty list would be no list
        "max_streams": str(limits.max_tracks),
        "probesize": str(_PROBED_BYTES),
        "analyzeduration": str(_PROBED_MICROSECONDS),
    }
    return av.open(
        file, "r", format=demuxer, options=options, metadata_errors="replace",
        buffer_size=1 << 16, io_open=_refuse,
    )  # fmt: skip


def _refuse(*_: Any) -> NoReturn:
    """A video may name other files, such as one with its samples: none is opened."""
    raise PermissionError("a video opens no other file")


@contextmanager
def _refusals(
    file: io.RawIOBase, size: int, format_: VideoFormat, limits: MediaLimits
) -> Iterator[None]:
    """FFmpeg's errors as refusals of the file."""
    try:
        yield
    except PermanentError:
        raise
    except av.error.MemoryError as error:
        # It says so of too many tracks, too.
        tracks = boxes.tracks(file, size) if _DEMUXERS[format_] == "mov" else 0
        refusal = too_many_tracks(limits.max_tracks) if tracks > limits.max_tracks else too_heavy()
        raise refusal from error
    except (av.error.DecoderNotFoundError, av.error.PatchWelcomeError) as error:
        raise codec_lacking(None) from error
    except av.error.FFmpegError as error:
        if error.errno == errno.EFBIG:  # of what is written
            raise too_heavy() from error
        if error.errno == errno.ENOSPC or isinstance(error, av.error.PyAVCallbackError):
            raise  # the video is not at fault
        raise _refusal(file, size, format_) from error


def _refusal(file: io.RawIOBase, size: int, format_: VideoFormat) -> PermanentError:
    return cut_off() if _is_cut_off(file, size, format_) else corrupt()


def _is_cut_off(file: io.RawIOBase, size: int, format_: VideoFormat) -> bool:
    """Whether the file ends before its outermost parts do. Matroska's may be of any size."""
    if _DEMUXERS[format_] == "mov":
        return boxes.is_cut_off(file, size)
    return format_ == VideoFormat.AVI and boxes.riff_is_cut_off(file, size)


def _picture(container: InputContainer) -> VideoStream:
    """The largest picture that is not a cover."""
    tracks = [
        track
        for track in container.streams.video
        if not track.disposition & Disposition.attached_pic
    ]
    if not tracks:
        raise no_picture()
    readable = [track for track in tracks if _is_readable(track)]
    if not readable:
        raise codec_lacking(_codec_name(tracks[0]))
    return max(readable, key=lambda track: (track.codec_context.width or 0, -track.index))


def _is_readable(track: Any) -> bool:
    return getattr(track, "codec_context", None) is not None


def _codec_name(track: Any) -> str | None:
    return getattr(track, "name", None)


def _check(video: Video, limits: MediaLimits) -> None:
    context = video.picture.codec_context
    width, height = context.width, context.height
    if not width or not height:
        raise no_picture()
    if width * height > limits.max_pixels or max(width, height) > limits.max_edge:
        raise VideoTooLarge(
            f"This video has pictures of {width:,} × {height:,} pixels; at most "
            f"{limits.max_pixels / 1e6:,.0f} megapixels and {limits.max_edge:,} along a side can "
            "be processed. Please export it smaller, and upload that."
        )
    # Sizes that change later: a decoder refuses them.
    context.options = {"max_pixels": str(limits.max_pixels)}
    context.thread_count = 1
