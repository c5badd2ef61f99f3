"""A cluster of Aurora DSQL is a database that one can use, on this machine alone.

MiniStack keeps what is said of a cluster; a database, behind its own proxy which enforces DSQL's
rules, it has only in Docker, and the proxy listens on every interface. Here the database is the
PostgreSQL of `local/postgres.py`. Obsolete once a cluster can be used without Docker, and not from
elsewhere.
"""

from __future__ import annotations

import asyncio
import importlib
import os
from pathlib import Path
from typing import Any

from local.ports import HOST, free_port
from local.postgres import Postgres

_servers: dict[str, Postgres] = {}


def apply() -> None:
    """Start a PostgreSQL for each cluster, and its proxy on 127.0.0.1."""
    dsql = importlib.import_module("ministack.services.dsql")
    pgproxy = importlib.import_module("ministack.core.pgproxy")
    # Before Docker is looked for, and at free ports.
    vars(dsql).update(
        _backends_enabled=lambda: True,
        _docker_available=lambda: False,
        _run_backend_container=start,
        _remove_container=stop,
        _next_port=free_port,
    )
    vars(pgproxy)["start_proxy"] = start_proxy


def start(cluster: str) -> tuple[str, int]:
    """Where the new database of a cluster is."""
    pgproxy = importlib.import_module("ministack.core.pgproxy")
    server = Postgres(pgproxy.DSQL_SETTINGS, folder=Path(os.environ["STATE_DIR"]))
    server.start()
    _servers[cluster] = server
    return HOST, server.port


def stop(cluster: str) -> None:
    """Delete the database of a cluster, if there is one."""
    server = _servers.pop(cluster, None)
    if server is not None:
        server.stop()


async def start_proxy(cluster: str, port: int, backend_host: str, backend_port: int) -> None:
    """Serve a cluster as MiniStack does, but for this machine."""
    pgproxy = importlib.import_module("ministack.core.pgproxy")

    async def handle(reader: Any, writer: Any) -> None:
        await pgproxy._handle_client(cluster, backend_host, backend_port, reader, writer)

    pgproxy._proxies[cluster] = await asyncio.start_server(handle, HOST, port)
