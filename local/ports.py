"""Ports of this machine that nobody has. Another process may take one before it is used."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


def free_port() -> int:
    """A free port."""
    [port] = free_ports(1)
    return port


def free_ports(count: int) -> list[int]:
    """Different free ports."""
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind((HOST, 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()
