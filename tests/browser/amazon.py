"""AWS's own host names, in front of a local cloud: for libraries that know no other endpoint.

A browser started with `Amazon.arguments` finds every host of amazonaws.com here: TLS ends, and what
was said goes on to the cloud as it is, the host's name with it.
"""

from __future__ import annotations

import socket
import socketserver
import ssl
import threading
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from local.lifetime import Listener
from tests.certificates import self_signed


class Amazon(Listener):
    """A server on 127.0.0.1 that stands for amazonaws.com, as a context manager."""

    def __init__(self, port: int, folder: Path) -> None:
        self._cloud = ("127.0.0.1", port)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(_certificate(folder))
        amazon = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                amazon.pass_on(self.request)

        super().__init__(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler))

    @property
    def arguments(self) -> list[str]:
        """Arguments of a Chromium that meets AWS here."""
        return [f"--host-resolver-rules=MAP *.amazonaws.com 127.0.0.1:{self.port}"]

    def pass_on(self, raw: socket.socket) -> None:
        """Everything that one connection says, in both directions, until either side is done."""
        with (
            suppress(OSError),
            self._context.wrap_socket(raw, server_side=True) as browser,
            socket.create_connection(self._cloud) as cloud,
        ):
            back = threading.Thread(target=_copy, args=(cloud, browser), daemon=True)
            back.start()
            _copy(browser, cloud)
            back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _certificate(folder: Path) -> Path:
    """A file with a key and the certificate that it signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "amazon.pem"
    path.write_bytes(private + self_signed("amazonaws.com", key))
    return path
