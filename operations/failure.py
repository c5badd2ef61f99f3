"""How a command ends when something is wrong: with one line that says what to do."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable
from types import FrameType

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
)

_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_BAD_CREDENTIALS = frozenset(
    {"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch",
     "ExpiredToken", "ExpiredTokenException", "InvalidAccessKeyId"}
)  # fmt: skip
_ACTION = re.compile(r"perform:? ([a-zA-Z0-9-]+:[A-Za-z]+)")


class OperatorError(Exception):
    """Something foreseeable is wrong; the message says what, and what to do."""


def run_command(command: Callable[[], int]) -> None:
    """Run `command` as this program; exits with its answer, 2 if it could not do its work.

    SIGTERM unwinds the stack as Ctrl-C does, so that what was done so far is kept.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        sys.exit(command())
    except OperatorError as error:
        _say(f"error: {error}")
        sys.exit(2)
    except (BotoCoreError, ClientError) as error:
        _say(f"error: {explain(error)}")
        sys.exit(2)
    except KeyboardInterrupt:
        _say("\nstopped")
        sys.exit(130)


def explain(error: BotoCoreError | ClientError) -> str:
    """What an error of the SDK means for whoever started the command, in one line."""
    if isinstance(error, ClientError):
        return _explain_answer(error)
    if isinstance(error, NoCredentialsError | PartialCredentialsError | CredentialRetrievalError):
        return (
            "there are no AWS credentials: run `aws configure` or `aws sso login`, or AWS_PROFILE="
        )
    if isinstance(error, ProfileNotFound):
        return f"{error}: `aws configure list-profiles` shows those there are"
    if isinstance(error, NoRegionError):
        return "no AWS region is set: add AWS_REGION=…, the region of the stack"
    if isinstance(error, EndpointConnectionError | ConnectTimeoutError):
        return f"{error} Check the network, AWS_REGION and AWS_ENDPOINT_URL."
    return " ".join(str(error).split())


def _explain_answer(error: ClientError) -> str:
    code = error.response["Error"].get("Code", "")
    message = " ".join(error.response["Error"].get("Message", "").split())
    if code in _DENIED or code == "403":
        found = _ACTION.search(message)
        action = found[1] if found else error.operation_name
        return (
            f"these credentials may not do {action}: ask for that permission. AWS says: {message}"
        )
    if code in _BAD_CREDENTIALS:
        return f"AWS refuses these credentials ({code}): log in again, or choose AWS_PROFILE="
    return f"{error.operation_name} failed: {code}: {message}"


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
