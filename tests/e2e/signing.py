"""Requests to an API of API Gateway: signed by somebody, for something, or not at all."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from local.server import REGION
from local.user import User
from operations.local_clients import local_client
from tests.answers import Answer

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_SECONDS = 60
_DENIAL = re.compile(r"AccessDenied|not authorized|403")


def credentials_of(user: User) -> Credentials:
    """What a user signs with."""
    held = user.credentials
    return Credentials(held["AccessKeyId"], held["SecretKey"], held["SessionToken"])


def allowed(
    user: User, endpoint: str, attempts: Iterable[tuple[str, str, dict[str, Any]]]
) -> list[str]:
    """Which of a user's calls are not refused: each is a service, an operation, its arguments."""
    found = []
    for service, operation, arguments in attempts:
        client = local_client(service, endpoint, REGION, credentials_of(user))
        try:
            getattr(client, operation)(**arguments)
        except ClientError as error:
            if _DENIAL.search(str(error)):
                continue
            raise
        found.append(f"{service}: {operation}")
    return found


def signed(
    url: str,
    body: bytes,
    credentials: Credentials,
    *,
    method: str = "POST",
    service: str = "execute-api",
    region: str = REGION,
) -> dict[str, str]:
    """The headers of a request that these credentials sign."""
    request = AWSRequest(method, url, data=body, headers={"Content-Type": "application/json"})
    SigV4Auth(credentials, service, region).add_auth(request)
    return dict(request.headers.items())


def send(
    url: str, body: bytes = b"", headers: Mapping[str, str] | None = None, *, method: str = "POST"
) -> Answer:
    """The answer to a request, whatever its status."""
    request = urllib.request.Request(
        url, data=body or None, headers=dict(headers or {}), method=method
    )
    try:
        with _DIRECT.open(request, timeout=_SECONDS) as answer:
            return Answer(answer.status, dict(answer.headers), answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, dict(error.headers), error.read())
