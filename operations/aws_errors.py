"""What AWS's errors mean for an operator: one line that says what to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

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

from operations.command import CommandError

DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
_BAD_CREDENTIALS = frozenset(
    {"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch",
     "ExpiredToken", "ExpiredTokenException", "InvalidAccessKeyId"}
)  # fmt: skip
_ACTION = re.compile(r"perform:? ([a-zA-Z0-9-]+:[A-Za-z]+)")


@contextmanager
def explained() -> Iterator[None]:
    """A block, or a decorated function, whose errors of AWS become `CommandError`s of one line."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise CommandError(explain(error)) from error


def explain(error: BotoCoreError | ClientError) -> str:
    """What an error of AWS's SDK means to the operator, in one line."""
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
    if code in DENIED or code == "403":
        found = _ACTION.search(message)
        action = found[1] if found else error.operation_name
        return (
            f"these credentials may not do {action}: ask for that permission. AWS says: {message}"
        )
    if code in _BAD_CREDENTIALS:
        return f"AWS refuses these credentials ({code}): log in again, or choose AWS_PROFILE="
    return f"{error.operation_name} failed: {code}: {message}"
