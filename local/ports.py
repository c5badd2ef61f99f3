"""Ports of this machine that nobody has.

They are none that the system gives to connections on their way out, of which there are many beside
a cloud: one of those could have a server's port while it starts, or for as long as it is paused.
Another who looks for a port, too, may take one before it is used.
"""

from __future__ import annotations

import random
import socket
from contextlib import ExitStack, suppress

HOST = "127.0.0.1"
# Linux gives out 32768 and above (ip(7)), macOS 49152 and above.
_PORTS = range(20_000, 32_768)
_ATTEMPTS = 1_000


def free_port() -> int:
    """A free port.

    Raises:
        RuntimeError: nearly all are taken.
    """
    [port] = free_ports(1)
    return port


def free_ports(count: int) -> list[int]:
    """Different free ports.

    Raises:
        RuntimeError: nearly all are taken.
    """
    chance = random.SystemRandom()  # processes that begin with the same seed ask for others
    found: list[int] = []
    with ExitStack() as probes:
        for _ in range(_ATTEMPTS):
            if len(found) == count:
                return found
            probe = probes.enter_context(socket.socket())
            port = chance.choice(_PORTS)
            with suppress(OSError):  # somebody has it
                probe.bind((HOST, port))
                found.append(port)
    raise RuntimeError(f"no {count} free ports in {_ATTEMPTS} attempts")
