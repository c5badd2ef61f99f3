"""OpenSearch over HTTP: requests that are signed, bounded in time, and sent again if need be.

No client of OpenSearch's own is needed for it: botocore signs and sends.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ConnectionError as NotConnected
from botocore.exceptions import HTTPClientError
from botocore.httpsession import URLLib3Session
from darkroom.aws.clients import session
from darkroom.errors import DarkroomError, TransientError

_CONNECT_SECONDS = 3
BUSY = {429, 502, 503, 504}
_SERVERLESS = ".aoss."


class IndexMissing(DarkroomError):
    """There is no such index."""


class RequestRefused(DarkroomError):
    """OpenSearch does not do what it was asked for: it may not be asked so, or not by us."""


class Client:
    """A domain, or a collection of OpenSearch Serverless, at a URL.

    A request that is not answered within `read_seconds`, or told that the other side is busy, is
    sent again, `attempts` times in all. It is signed with the credentials of this process, or with
    others if they are given.
    """

    def __init__(
        self,
        endpoint: str,
        *,
        read_seconds: float,
        attempts: int,
        credentials: Credentials | None = None,
    ) -> None:
        self._endpoint = endpoint.rstrip("/")
        host = urlsplit(self._endpoint).hostname or ""
        self.is_serverless = _SERVERLESS in host
        self._service = "aoss" if self.is_serverless else "es"
        self._credentials = credentials
        self._region = session().get_config_variable("region") or _region_in(host)
        self._attempts = attempts
        timeouts: Any = (_CONNECT_SECONDS, read_seconds)  # which its stub does not know
        self._http = URLLib3Session(timeout=timeouts)

    def send(
        self,
        method: str,
        *path: str,
        body: Mapping[str, Any] | None = None,
        lines: Iterable[Mapping[str, Any]] | None = None,
        routing: str | None = None,
    ) -> dict[str, Any]:
        """The answer to a request with a body of JSON, or of many lines of it.

        What has a `routing` is looked for where documents with the same one are.

        Raises:
            IndexMissing: there is no such index.
            RequestRefused: it is answered with another status than 200 or 201.
            TransientError: nobody answers, or is too busy each time.
        """
        data = _written(body, lines)
        url = "/".join((self._endpoint, *(quote(part, safe="") for part in path)))
        if routing is not None:
            url = f"{url}?{urlencode({'routing': routing}, quote_via=quote)}"
        said = ""
        for attempt in range(self._attempts):
            if attempt:
                # Full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter").
                time.sleep(random.uniform(0, 0.2 * 2**attempt))  # noqa: S311  # not a secret
            try:
                response = self._http.send(self._signed(method, url, data).prepare())
            except (HTTPClientError, NotConnected) as error:
                said = str(error)
                continue
            if response.status_code not in BUSY:
                return _answer(response.status_code, response.content)
            said = f"HTTP {response.status_code}"
        raise TransientError(f"OpenSearch does not answer: {said}")

    def _signed(self, method: str, url: str, data: bytes) -> AWSRequest:
        headers = {
            "Content-Type": "application/x-ndjson" if data.endswith(b"\n") else "application/json",
            # Which Serverless wants among what is signed.
            "X-Amz-Content-SHA256": hashlib.sha256(data).hexdigest(),
        }
        request = AWSRequest(method, url, data=data, headers=headers)
        credentials = self._credentials or session().get_credentials()
        if credentials is None:
            raise RequestRefused("There are no credentials to sign with.")
        frozen = credentials.get_frozen_credentials()  # which no renewal changes halfway
        SigV4Auth(frozen, self._service, self._region).add_auth(request)
        return request


def _region_in(host: str) -> str:
    """The region that the name of a domain or a collection tells, for a process that has none."""
    parts = host.split(".")
    return parts[1] if len(parts) >= 5 else "us-east-1"


def _written(body: Mapping[str, Any] | None, lines: Iterable[Mapping[str, Any]] | None) -> bytes:
    if lines is not None:
        return "".join(f"{json.dumps(line)}\n" for line in lines).encode()
    return b"" if body is None else json.dumps(body).encode()


def _answer(status: int, content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content) if content else {}
    except ValueError:
        told = {}
    if status in (200, 201):
        return dict(told)
    error = told.get("error") if isinstance(told, dict) else None
    kind = error.get("type") if isinstance(error, dict) else None
    if status == 404 and (kind in (None, "index_not_found_exception")):
        raise IndexMissing(f"OpenSearch has no such index: {error}")
    raise RequestRefused(f"OpenSearch answers with HTTP {status}: {content[:500]!r}")
