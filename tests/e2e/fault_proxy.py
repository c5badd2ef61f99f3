"""A proxy between the functions and the local cloud that does to requests what networks do.

It knows HTTP and as much of AWS as tells one request from another: the service, from the signature,
and the operation. Faults are asked for one by one and counted, so a test can show that they fired.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local.lifetime import Listener

_SERVICE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([a-z0-9-]+)/aws4_request")
_HOP_HEADERS = {"connection", "keep-alive", "transfer-encoding"}


@dataclass(frozen=True)
class Request:
    """What a function asks of a service: `s3` `GET /bucket/key`, or `dynamodb` `PutItem`."""

    service: str
    operation: str
    body: bytes

    def is_about(self, identity_id: str) -> bool:
        """Whether it names an identity, in a key or anywhere else."""
        unique = identity_id.rpartition(":")[2]  # which no encoding changes
        return unique in self.operation or unique.encode() in self.body


@dataclass
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


Matches = Callable[[Request], bool]
# Gets the handler of the connection and a function that asks the cloud; answers or hangs up.
Act = Callable[["_Handler", Callable[[], Reply]], None]


@dataclass
class Fault:
    """Something that happens to requests; `fired` counts them."""

    matches: Matches
    act: Act
    times: int
    fired: int = 0


class FaultProxy(Listener):
    """A proxy on 127.0.0.1, as a context manager. Without faults it only passes on."""

    def __init__(self) -> None:
        self.target = 0  # the port of the cloud
        self._faults: list[Fault] = []
        self._lock = threading.Lock()
        super().__init__(_Server(("127.0.0.1", 0), self))

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def inject(self, matches: Matches, act: Act, *, times: int = 10**9) -> Iterator[Fault]:
        """Do `act` to the next `times` matching requests, until the block ends."""
        fault = Fault(matches, act, times)
        with self._lock:
            self._faults.append(fault)
        try:
            yield fault
        finally:
            with self._lock:
                self._faults.remove(fault)

    def fault_for(self, request: Request) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if fault.fired < fault.times and fault.matches(request):
                    fault.fired += 1
                    return fault
        return None


class _Server(ThreadingHTTPServer):
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], proxy: FaultProxy) -> None:
        super().__init__(address, _Handler)
        self.proxy = proxy

    def handle_error(self, *_: Any) -> None:
        """A function that was killed hangs up: nothing to report."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def _answer(self) -> None:
        body = self._body()
        request = self._request(body)
        fault = self.server.proxy.fault_for(request)
        if fault is None:
            self.reply(self._ask(body))
        else:
            fault.act(self, lambda: self._ask(body))

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _answer  # noqa: N815  # http.server's names

    def reply(self, reply: Reply, *, cut_after: int | None = None) -> None:
        """Send a reply, or only `cut_after` bytes of its body, and then hang up."""
        self.send_response_only(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body[:cut_after])
        if cut_after is not None:
            self.wfile.flush()
            self.hang_up()

    def hang_up(self, *, reset: bool = False) -> None:
        """End the connection; with `reset`, as a crashed peer does."""
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            return
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: Any) -> None:
        """The cloud has its own log."""

    def _body(self) -> bytes:
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.send_response_only(100)
            self.end_headers()
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            chunks = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                chunks += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return chunks
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _request(self, body: bytes) -> Request:
        found = _SERVICE.search(self.headers.get("Authorization", ""))
        service = found[1] if found else ""
        target = self.headers.get("X-Amz-Target", "").rpartition(".")[2]
        return Request(service, target or f"{self.command} {self.path}", body)

    def _ask(self, body: bytes) -> Reply:
        cloud = http.client.HTTPConnection("127.0.0.1", self.server.proxy.target, timeout=60)
        try:
            cloud.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in _HOP_HEADERS | {"content-length", "expect"}:
                    cloud.putheader(name, value)
            cloud.putheader("Content-Length", str(len(body)))
            cloud.endheaders(body)
            answer = cloud.getresponse()
            data = answer.read()
            headers = [
                (name, value)
                for name, value in answer.getheaders()
                if name.lower() not in _HOP_HEADERS | {"content-length"}
            ]
            length = answer.getheader("Content-Length") if self.command == "HEAD" else None
            return Reply(
                answer.status, [*headers, ("Content-Length", length or f"{len(data)}")], data
            )
        finally:
            cloud.close()


# What can happen to a request. --------------------------------------------------------------------


def slow_down(handler: _Handler, _: Callable[[], Reply]) -> None:
    """S3 is asked too much at once."""
    body = (
        b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
    )
    handler.reply(Reply(503, [("Content-Length", str(len(body)))], body))


def dynamodb_error(code: str, *, reasons: str = "") -> Act:
    """DynamoDB refuses."""

    def act(handler: _Handler, _: Callable[[], Reply]) -> None:
        kind = f"com.amazonaws.dynamodb.v20120810#{code}"
        body = f'{{"__type": "{kind}", "message": "injected"{reasons}}}'.encode()
        headers = [
            ("Content-Type", "application/x-amz-json-1.0"),
            ("Content-Length", str(len(body))),
        ]
        handler.reply(Reply(400, headers, body))

    return act


def reset(handler: _Handler, _: Callable[[], Reply]) -> None:
    """The connection breaks before the request arrives."""
    handler.hang_up(reset=True)


def lose_reply(handler: _Handler, ask: Callable[[], Reply]) -> None:
    """The request takes effect, and the connection breaks before the reply arrives."""
    ask()
    handler.hang_up(reset=True)


def cut(handler: _Handler, ask: Callable[[], Reply]) -> None:
    """The body of the reply ends half way."""
    reply = ask()
    handler.reply(reply, cut_after=len(reply.body) // 2)


def corrupt(handler: _Handler, ask: Callable[[], Reply]) -> None:
    """The body of the reply arrives with other bytes in its middle."""
    reply = ask()
    body = bytearray(reply.body)
    for index in range(len(body) // 3, len(body) // 2):
        body[index] ^= 0x55
    handler.reply(Reply(reply.status, reply.headers, bytes(body)))


def hold(seconds: float) -> Act:
    """No reply comes for so long."""

    def act(handler: _Handler, _: Callable[[], Reply]) -> None:
        time.sleep(seconds)
        handler.hang_up()

    return act


def wait_for_event(arrived: threading.Event, go_on: threading.Event) -> Act:
    """The request waits on its way until the test says so."""

    def act(handler: _Handler, ask: Callable[[], Reply]) -> None:
        arrived.set()
        go_on.wait(60)
        with contextlib.suppress(OSError):
            handler.reply(ask())

    return act
