"""The PostgreSQL of the tests and of the local cloud: killed with its cloud, it leaves nothing."""

from __future__ import annotations

import ctypes
import os
import signal
from pathlib import Path

from local.postgres import Postgres


def test_no_shared_memory_is_left_when_it_is_killed(tmp_path: Path) -> None:
    with Postgres(folder=tmp_path):
        [file] = tmp_path.glob("postgres-*/data/postmaster.pid")
        lines = file.read_text().splitlines()  # process, …, key and id of its segment
        process, key = int(lines[0]), int(lines[6].split()[0])
        maps = Path(f"/proc/{process}/maps")
        mapped = maps.read_text() if maps.exists() else ""
        os.kill(process, signal.SIGKILL)

    assert "/dev/shm/" not in mapped
    assert ctypes.CDLL(None).shmget(ctypes.c_int(key), ctypes.c_size_t(0), 0) == -1
    assert list(tmp_path.iterdir()) == []
