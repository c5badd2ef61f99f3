"""The words that stored attributes hold. Other releases, pages and programs read them: they stay.

Whatever compares such an attribute may compare it with a member: each is the text itself.
"""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """How far a version of an image is: processing until it has ended, in one of four ways."""

    PROCESSING = "processing"
    PROCESSED = "processed"
    REJECTED = "rejected"
    OVER_QUOTA = "over_quota"
    FAILED = "failed"


class StepState(StrEnum):
    """How far a step of a version is: pending until it is finished, in one of four ways."""

    PENDING = "pending"
    DONE = "done"
    SKIPPED = "skipped"
    REJECTED = "rejected"
    OVER_QUOTA = "over_quota"


class Charged(StrEnum):
    """What a ledger row counts as: stored, or held apart because it is over quota."""

    STORED = "stored"
    HELD = "held"


class Admission(StrEnum):
    """Whether a user may upload: it is open, or why it is not. A token holds it.

    It is unknown where a login's identity, and so its usage, is not known after a day.
    """

    OPEN = "open"
    STORAGE_FULL = "storage-full"
    ALLOWANCE_USED = "allowance-used"
    UPLOADS_USED = "uploads-used"
    UNKNOWN = "unknown"


class Response(StrEnum):
    """What a user may reply to a notification."""

    KEEP = "keep"
    DELETE = "delete"
    RETRY = "retry"


class MailKind(StrEnum):
    """What a user may be mailed, and may mute: how files ended, and reminders."""

    PROCESSED = "processed"
    REJECTED = "rejected"
    OVER_QUOTA = "over_quota"
    FAILED = "failed"
    REMINDER = "reminder"
