"""What AWS refuses, in errors that the rooms act on: the one place that knows botocore's codes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError
from darkroom.errors import DarkroomError, TransientError

# Whatever a client can raise, for the few places where a failed call must not matter.
CALL_FAILED = (BotoCoreError, ClientError)


class ConditionFailed(DarkroomError):
    """A conditional write met another state than it asked for."""


class ItemBusy(TransientError):
    """A transaction that is under way has one of the items: nothing was written."""


class ObjectMissing(DarkroomError):
    """S3 has no object at that key."""


class ObjectChanged(DarkroomError):
    """The object at that key is not the one that was asked for: it has another ETag."""


class ObjectUnchanged(DarkroomError):
    """The object at that key is still the one that is known: it has the same ETag."""


class ObjectUnreadable(DarkroomError):
    """The object cannot be read as it is stored: in an archive, or under a key that we lack."""


class LoginGone(DarkroomError):
    """The user pool has no such user, or does not let them sign in."""


class SignInRefused(DarkroomError):
    """Cognito refuses a sign-in, or a token."""


class SignInFailed(TransientError):
    """A function that Cognito asks at a sign-in did not answer, as where the account is busy."""


class ConnectionGone(DarkroomError):
    """The WebSocket connection is closed."""


class EntryMissing(DarkroomError):
    """Glue knows no such database or table."""


class EntryExists(DarkroomError):
    """Glue knows a database or a table of that name already."""


class QueryRefused(DarkroomError):
    """Athena does not take a query, or knows none of that id; the message says why."""


_ERRORS: dict[str, type[DarkroomError]] = {
    "ConditionalCheckFailedException": ConditionFailed,
    "TransactionConflictException": ItemBusy,
    "NoSuchKey": ObjectMissing,
    "404": ObjectMissing,
    "PreconditionFailed": ObjectChanged,
    "412": ObjectChanged,
    # Another write of the same key was under way.
    "ConditionalRequestConflict": ObjectChanged,
    "NotModified": ObjectUnchanged,
    "304": ObjectUnchanged,
    "InvalidObjectState": ObjectUnreadable,
    "GoneException": ConnectionGone,
    "NotAuthorizedException": SignInRefused,
    "UnexpectedLambdaException": SignInFailed,
    "InvalidLambdaResponseException": SignInFailed,
    "UserLambdaValidationException": SignInFailed,
    "UserNotFoundException": LoginGone,
    "EntityNotFoundException": EntryMissing,
    "AlreadyExistsException": EntryExists,
    "UserNotConfirmedException": LoginGone,
}
# S3's answer to reading what is encrypted with a key of the client's own (SSE-C). Of other requests
# it says that they are badly formed.
_READING_ERRORS = {**_ERRORS, "InvalidRequest": ObjectUnreadable}
# Athena's answers to questions; other services say the same of other things.
_ASKING_ERRORS = {
    **_ERRORS,
    "InvalidRequestException": QueryRefused,
    "TooManyRequestsException": TransientError,
}


def is_denied(error: Exception) -> bool:
    """Whether AWS refused a call for want of a right.

    S3 says so of what is not there, too, to whoever may not list the bucket.
    """
    return isinstance(error, ClientError) and error.response["Error"]["Code"] == "AccessDenied"


@contextmanager
def aws_errors(*, reading: bool = False, asking: bool = False) -> Iterator[None]:
    """Turn the error codes that Darkroom acts on into its own errors; let all others through.

    With `reading`, the request is one for an object's body; with `asking`, one of Athena.
    """
    known = _READING_ERRORS if reading else _ASKING_ERRORS if asking else _ERRORS
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in known:
            raise known[code](str(error)) from error
        if code == "TransactionCanceledException":
            reasons = {reason.get("Code") for reason in error.response["CancellationReasons"]}
            raise _cancelled(reasons)(str(error)) from error
        raise


def _cancelled(reasons: set[str | None]) -> type[DarkroomError]:
    if "ConditionalCheckFailed" in reasons:
        return ConditionFailed
    return ItemBusy if "TransactionConflict" in reasons else TransientError
