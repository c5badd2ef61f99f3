"""The live WebSocket as a page opens it, with a URL signed by the user's credentials."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from local.server import REGION
from local.user import PATIENCE_SECONDS, User
from operations.api_url import api_url
from operations.command import CommandError

Message = dict[str, Any]


def live_url(user: User) -> str:
    """The live URL of a user's stack, signed for five minutes."""
    held = user.credentials
    url = api_url(user.outputs["LiveUrl"], user.endpoint)
    request = AWSRequest("GET", url.replace("ws", "http", 1))
    credentials = Credentials(held["AccessKeyId"], held["SecretKey"], held["SessionToken"])
    SigV4QueryAuth(credentials, "execute-api", REGION, expires=300).add_auth(request)
    return str(request.url).replace("http", "ws", 1)


class Page:
    """An open page, which collects the messages that it receives."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.received: list[Message] = []

    def listen(self, seconds: float) -> list[Message]:
        """All messages so far and those of the next `seconds`."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                self.received.append(json.loads(self.socket.recv(timeout=left)))
            except TimeoutError:
                break
        return self.received

    def wait_for(
        self, wanted: Callable[[Message], bool], seconds: float = PATIENCE_SECONDS
    ) -> Message:
        """The first message that is wanted, among those received already and those to come.

        Raises:
            CommandError: no such message came in time.
        """
        for message in self.received:
            if wanted(message):
                return message
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                message = dict(json.loads(self.socket.recv(timeout=left)))
            except TimeoutError:
                break
            self.received.append(message)
            if wanted(message):
                return message
        raise CommandError(f"the page did not receive the expected message in {seconds:g} s")


@contextmanager
def open_page(user: User, url: str | None = None) -> Iterator[Page]:
    """A connected page of a user.

    Raises:
        CommandError: the connection was refused.
    """
    try:
        socket = connect(url or live_url(user), proxy=None)
    except InvalidStatus as error:
        raise CommandError(f"refused with {error.response.status_code}") from error
    with socket:
        yield Page(socket)
