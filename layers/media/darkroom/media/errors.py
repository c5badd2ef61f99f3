"""Refusals of a video: each has a stable code for the record and a sentence for its owner."""

from __future__ import annotations

from darkroom.errors import EmptyUpload, FileTooLarge, PermanentError, UnsupportedFormat
from darkroom.units import clock


class VideoTooLarge(FileTooLarge):
    """More pixels than the limits allow, or more memory or time to read it."""


class NoPicture(PermanentError):
    """A video file without a picture: a sound recording, or one that only says where it goes on."""

    code = "no-picture"


class VideoCutOff(PermanentError):
    """The file ends before its first picture: an upload or a copy that was cut short."""

    code = "truncated"


class CorruptVideo(PermanentError):
    """The bytes contradict the format they claim to be."""

    code = "corrupt"


class VideoTooLong(PermanentError):
    """More seconds than the limits allow, or more work than there is time for."""

    code = "too-long"


class CodecLacking(PermanentError):
    """The picture is coded in a way that we cannot read."""

    code = "codec-lacking"


class TooManyTracks(PermanentError):
    """More tracks than the limits allow."""

    code = "too-many-tracks"


REFUSALS: tuple[type[PermanentError], ...] = (
    EmptyUpload, UnsupportedFormat, FileTooLarge, VideoTooLarge, NoPicture, VideoCutOff,
    CorruptVideo, VideoTooLong, CodecLacking, TooManyTracks,
)  # fmt: skip


def unsupported() -> UnsupportedFormat:
    """The refusal of a file that is no video."""
    return UnsupportedFormat(
        "This file is not a video that we read. Please upload an MP4, MOV, 3GP, WebM, MKV or AVI."
    )


def no_picture() -> NoPicture:
    """The refusal of a video file that shows nothing."""
    return NoPicture(
        "This file has no picture in it, only sound or other data. Please upload a video."
    )


def cut_off() -> VideoCutOff:
    """The refusal of a file that was cut short so early that nothing can be shown."""
    return VideoCutOff(
        "This video is incomplete: the part of the file that says where its pictures are is "
        "missing. Please upload it again from the original."
    )


def corrupt() -> CorruptVideo:
    """The refusal of a damaged video, when nothing more is known."""
    return CorruptVideo(
        "This video is damaged and cannot be read. Please export it again from the app that made "
        "it, and upload the new file."
    )


def too_heavy() -> VideoTooLarge:
    """The refusal of a video within all limits that takes too much memory or time all the same."""
    return VideoTooLarge(
        "This video takes more memory or time to read than there is for one. Please export it "
        "smaller, and upload that."
    )


def too_many_tracks(most: int) -> TooManyTracks:
    """The refusal of a file of more tracks than allowed."""
    return TooManyTracks(
        f"This file has more than {most} tracks. Please export its picture and sound alone, and "
        "upload that."
    )


def codec_lacking(name: str | None) -> CodecLacking:
    """The refusal of a video in a codec that we lack."""
    what = f"in {name}, which we" if name else "in a way that we"
    return CodecLacking(
        f"The picture of this video is coded {what} cannot read. Please export it as MP4 (H.264), "
        "and upload that."
    )


def too_long(seconds: float, most: float) -> VideoTooLong:
    """The refusal of a video that lasts longer than allowed."""
    return VideoTooLong(
        f"This video lasts {clock(seconds)}; versions for the web are made of up to "
        f"{clock(most)}. It can be downloaded as it is."
    )


def too_slow(seconds: float) -> VideoTooLong:
    """The refusal of a video that would take longer to convert than there is time for."""
    return VideoTooLong(
        f"This video of {clock(seconds)} is too large to be converted in the time that there is "
        "for one. It can be downloaded as it is; a shorter or smaller one can be converted."
    )
