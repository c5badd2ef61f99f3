"""AWS's own host names, in front of a local cloud: for libraries that know no other endpoint.

A browser started with `Amazon.arguments` finds every host of amazonaws.com here: TLS ends, and what
was said goes on to the cloud as it is, the host's name with it.
"""

from __future__ import annotations

import datetime
import socket
import socketserver
import ssl
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Amazon:
    """A server on 127.0.0.1 that stands for amazonaws.com, as a context manager."""

    def __init__(self, port: int, folder: Path) -> None:
        self._cloud = ("127.0.0.1", port)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(_certificate(folder))
        self._server: socketserver.ThreadingTCPServer | None = None

    @property
    def arguments(self) -> list[str]:
        """Arguments of a Chromium that meets AWS here."""
        assert self._server is not None
        port = self._server.server_address[1]
        return [f"--host-resolver-rules=MAP *.amazonaws.com 127.0.0.1:{port}"]

    def __enter__(self) -> Amazon:
        amazon = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                amazon.pass_on(self.request)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True, name="amazon").start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()

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
    """A key and a certificate that it signed itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "amazonaws.com")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "amazon.pem"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path
