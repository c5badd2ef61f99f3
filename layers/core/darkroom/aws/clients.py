"""AWS clients, and the one place that knows botocore's error codes."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from darkroom.aws.attribute_values import from_attribute, to_attribute
from darkroom.errors import DarkroomError, TransientError

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

# A call that hangs must not eat the function's time: the queue retries better than a socket does.
_CLIENT_CONFIG = Config(
    connect_timeout=3, read_timeout=15, retries={"mode": "standard", "total_max_attempts": 4}
)
_TRANSACTION_ATTEMPTS = 8

Write = dict[str, Any]  # one entry of a TransactWriteItems request


class ConditionFailed(DarkroomError):
    """A conditional write met another state than it asked for."""


class ObjectMissing(DarkroomError):
    """S3 has no object at that key."""


class ObjectChanged(DarkroomError):
    """The object at that key is not the one that was asked for: it has another ETag."""


class ConnectionGone(DarkroomError):
    """The WebSocket connection is closed."""


@cache
def session() -> botocore.session.Session:
    """One for all clients, which then read what they have in common once.

    botocore's own, not boto3's: importing boto3 takes a fifth of a cold start.
    """
    return botocore.session.get_session()


def _client(service: str, url: str | None = None) -> Any:
    return session().create_client(service, endpoint_url=url, config=_CLIENT_CONFIG)


def dynamodb_client() -> DynamoDBClient:
    client: DynamoDBClient = _client("dynamodb")
    return client


def s3_client() -> S3Client:
    client: S3Client = _client("s3")
    return client


def sqs_client() -> SQSClient:
    client: SQSClient = _client("sqs")
    return client


def sns_client() -> SNSClient:
    client: SNSClient = _client("sns")
    return client


def live_client(url: str) -> ApiGatewayManagementApiClient:
    """For the connections of the WebSocket API at a URL."""
    client: ApiGatewayManagementApiClient = _client("apigatewaymanagementapi", url)
    return client


@contextmanager
def aws_errors() -> Iterator[None]:
    """Turn the error codes that Darkroom acts on into its own errors; let all others through."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "ConditionalCheckFailedException":
            raise ConditionFailed(str(error)) from error
        if code in ("NoSuchKey", "404"):
            raise ObjectMissing(str(error)) from error
        if code in ("PreconditionFailed", "412"):
            raise ObjectChanged(str(error)) from error
        if code == "GoneException":
            raise ConnectionGone(str(error)) from error
        if code == "TransactionCanceledException":
            reasons = {reason.get("Code") for reason in error.response["CancellationReasons"]}
            if "ConditionalCheckFailed" in reasons:
                raise ConditionFailed(str(error)) from error
            raise TransientError(str(error)) from error
        raise


def transact(client: DynamoDBClient, items: Sequence[Write]) -> None:
    """Write all of `items` or none; wait out other transactions on the same items.

    Raises:
        ConditionFailed: a condition of one of them did not hold.
        TransientError: the items stayed busy.
    """
    for attempt in range(_TRANSACTION_ATTEMPTS):
        try:
            with aws_errors():
                client.transact_write_items(TransactItems=items)  # type: ignore[arg-type]
            return
        except TransientError:
            if attempt == _TRANSACTION_ATTEMPTS - 1:
                raise
            # Full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter").
            time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311  # not a secret


def to_item(values: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values as DynamoDB's typed ones. Floats must have become Decimal before."""
    return {name: to_attribute(value) for name, value in values.items()}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """DynamoDB's typed values as plain ones; numbers are Decimal."""
    return {name: from_attribute(value) for name, value in item.items()}
