"""What can go wrong, named after what it means for a message.

A `PermanentError` is about the image: it is recorded, told to its owner and acknowledged. A
`TransientError` is about the world: the message goes back to its queue. Anything else that is
raised is a bug and travels the same way as a transient error, until it is a dead letter.
"""

from __future__ import annotations


class DarkroomError(Exception):
    """The root of every error that Darkroom raises on purpose."""


class PermanentError(DarkroomError):
    """The image itself is at fault; trying again cannot help.

    `code` is a stable, machine-readable reason (`too-large`); `sentence` is one that the person
    who uploaded the image understands and can act on.
    """

    code: str = "rejected"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class EmptyUpload(PermanentError):
    """There are no bytes at all."""

    code = "empty"


class UnsupportedFormat(PermanentError):
    """The bytes are something other than a picture that we read."""

    code = "unsupported"


class UnreadableUpload(PermanentError):
    """S3 does not give out the bytes as they are stored."""

    code = "unreadable"


class FileTooLarge(PermanentError):
    """More bytes than the limits allow, or more of what they hold."""

    code = "too-large"


def check_bytes(size: int, most: int) -> None:
    """Raises FileTooLarge for a file of more bytes than allowed."""
    if size > most:
        raise FileTooLarge(
            f"This file has {size / 1e6:,.1f} MB; at most {most / 1e6:,.0f} MB "
            "can be processed. Please upload a smaller version."
        )


class TransientError(DarkroomError):
    """Something outside failed (throttling, a timeout, a lost race); a retry may succeed."""
