"""Refusals of a picture: each has a stable code for the record and a sentence for its owner."""

from __future__ import annotations

from darkroom.errors import FileTooLarge, PermanentError


class ImageTooLarge(FileTooLarge):
    """More pixels than the limits allow, or more memory to open it."""


class TooManyFrames(PermanentError):
    """An animation of more frames, or more pixels over all of them, than the limits allow."""

    code = "too-many-frames"


class UndecodableImage(PermanentError):
    """A picture in a format that we read, whose pixels cannot be decoded."""

    code = "corrupt"


class CorruptImage(UndecodableImage):
    """The bytes contradict the format they claim to be."""

    code = "corrupt"


class TruncatedImage(UndecodableImage):
    """The file ends before its picture does: an upload or a copy that was cut short."""

    code = "truncated"


class ExtremeAspect(PermanentError):
    """A picture so long and thin that nothing sensible can be made of it."""

    code = "bad-aspect"


def corrupt() -> CorruptImage:
    """The refusal of a damaged picture, when nothing more is known."""
    return CorruptImage(
        "This picture is damaged and cannot be read. Please export it again from the app that "
        "made it, and upload the new file."
    )


def too_heavy() -> ImageTooLarge:
    """The refusal of a picture within all limits that takes too much memory all the same."""
    return ImageTooLarge(
        "This picture takes more memory to open than there is for one. Please save it as an "
        "ordinary JPEG, or make it smaller, and upload that."
    )


def truncated() -> TruncatedImage:
    """The refusal of a file that was cut short."""
    return TruncatedImage(
        "This picture is incomplete: part of the file is missing. Please upload it again from "
        "the original."
    )
