"""How the connection to the catalogue's database is protected, for each way that one may choose.

The PostgreSQL of the tests has no TLS: a server stands here that says what one says until somebody
is let in.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from darkroom.catalogue.connections import Address, Tls, connect

from tests.certificates import self_signed

# Messages of PostgreSQL's protocol, version 3.0: "let in, without a password", "ready".
LET_IN, READY = b"R\0\0\0\x08\0\0\0\0", b"Z\0\0\0\x05I"


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """The port of a server with a certificate that it has signed itself."""
    key, file = ec.generate_private_key(ec.SECP256R1()), tmp_path / "own.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + self_signed("127.0.0.1", key))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)

    def serve() -> None:
        with suppress(OSError):
            while True:
                accepted, _ = listener.accept()
                with accepted, suppress(OSError):
                    accepted.recv(8)  # the wish for TLS
                    accepted.sendall(b"S")
                    with context.wrap_socket(accepted, server_side=True) as secured:
                        secured.recv(1024)  # who asks
                        secured.sendall(LET_IN + READY)
                        secured.recv(1024)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]


class Secrets:
    """A Secrets Manager with one secret."""

    def get_secret_value(self, **_: str) -> dict[str, str]:
        return {"SecretString": json.dumps({"username": "u", "password": "p"})}


def opened(port: int, tls: Tls) -> Any:
    address = Address(f"127.0.0.1:{port}", "d", "u", "secret", tls, "arn")
    return connect(address, lambda _: Secrets())


def test_connection_is_encrypted_when_nobody_looks_at_the_certificate(port: int) -> None:
    with closing(opened(port, "require")) as connection:
        assert connection.pgconn.ssl_in_use


def test_server_is_refused_when_no_public_authority_knows_it(port: int) -> None:
    with pytest.raises(psycopg.OperationalError, match="certificate verify failed"):
        opened(port, "verify-full")
