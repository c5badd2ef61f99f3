"""A port stays a server's own while it is paused: no connection on its way out has it."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from local.ports import HOST, free_ports

GIVEN_OUT = Path("/proc/sys/net/ipv4/ip_local_port_range")


def test_ports_are_free_and_different() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    for port in ports:
        with socket.create_server((HOST, port)):
            pass


@pytest.mark.skipif(not GIVEN_OUT.exists(), reason="Linux alone says which ports it gives out")
def test_ports_are_none_that_connections_on_their_way_out_get() -> None:
    first, last = map(int, GIVEN_OUT.read_text().split())
    if first < 32_768:
        pytest.skip(f"this machine gives out ports from {first} on, and few are left for servers")
    assert [port for port in free_ports(20) if first <= port <= last] == []
