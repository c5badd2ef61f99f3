"""AWS clients: each with bounds on time and attempts, none of them boto3's.

Importing boto3 takes a fifth of a cold start, and nothing of it is needed but botocore.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient
    from mypy_boto3_cognito_identity import CognitoIdentityClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sts import STSClient

# A call that hangs must not eat the function's time: the queue retries better than a socket does.
_CLIENT_CONFIG = Config(
    connect_timeout=3, read_timeout=15, retries={"mode": "standard", "total_max_attempts": 4}
)
# A page that does not take a message reads the tables later: others are not to wait for it.
_LIVE_CONFIG = Config(
    connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2}
)


@cache
def session() -> botocore.session.Session:
    """The session of all clients, which then read what they have in common once."""
    return botocore.session.get_session()


def _client(
    service: str,
    url: str | None = None,
    config: Config = _CLIENT_CONFIG,
    credentials: Mapping[str, Any] | None = None,
) -> Any:
    own = credentials or {}
    return session().create_client(service, endpoint_url=url, config=config, **own)


def database_client(service: str) -> Any:
    """A client of what lets into a database: `dsql`, `rds` or `secretsmanager`."""
    return _client(service)


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


def cognito_idp_client() -> CognitoIdentityProviderClient:
    client: CognitoIdentityProviderClient = _client("cognito-idp")
    return client


def cognito_identity_client() -> CognitoIdentityClient:
    client: CognitoIdentityClient = _client("cognito-identity")
    return client


def glue_client(credentials: Mapping[str, str] | None = None) -> Any:
    """A client of Glue, with other credentials than the function's own where some are given."""
    return _client("glue", credentials=credentials)


def athena_client(credentials: Mapping[str, str]) -> Any:
    """A client of Athena with these credentials: a query may read what they may."""
    return _client("athena", credentials=credentials)


def sts_client() -> STSClient:
    client: STSClient = _client("sts")
    return client


def live_client(url: str) -> ApiGatewayManagementApiClient:
    """A client for the connections of the WebSocket API at a URL."""
    client: ApiGatewayManagementApiClient = _client("apigatewaymanagementapi", url, _LIVE_CONFIG)
    return client
