"""The process that reads a video, as `python -m darkroom.media.worker FD`.

It is given one job over a socket, asks there for the bytes that it needs, and answers once. It has
no credentials and opens no file but those that it writes. Whatever a video does to it ends there.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from darkroom.errors import PermanentError
from darkroom.media.limits import MediaLimits, ProcessLimits


def main() -> None:
    """Do the job that comes over the socket."""
    connection: Connection[bytes, bytes] = Connection(int(sys.argv[1]))
    order = json.loads(connection.recv_bytes())
    limits = MediaLimits(**order["limits"] | {"process": ProcessLimits(**order["process"])})
    _apply(limits.process)
    _tell(connection, _answer(connection, order, limits))


def _answer(
    connection: Connection[bytes, bytes], order: dict[str, Any], limits: MediaLimits
) -> dict[str, Any]:
    from darkroom.media import jobs  # within the limits: it loads FFmpeg
    from darkroom.media.errors import too_heavy
    from darkroom.media.watermark import from_json

    def fetch(first: int, count: int) -> bytes:
        _tell(connection, {"read": [first, count]})
        return connection.recv_bytes()

    def on_progress(percent: int) -> None:
        _tell(connection, {"percent": percent})

    try:
        try:
            if order["job"] == "inspect":
                value = jobs.inspect(fetch, order["size"], Path.cwd(), limits)
            else:
                edge = order["short_edge"]
                mark = from_json(order["watermark"])
                value = jobs.transcode(
                    fetch, order["size"], Path.cwd(), limits, edge, on_progress, mark
                )
        except MemoryError as error:
            raise too_heavy() from error
    except PermanentError as refusal:
        return {"refused": type(refusal).__name__, "sentence": refusal.sentence, **_used()}
    except Exception:  # noqa: BLE001  # told to whoever started the process, in full
        return {"bug": traceback.format_exc(), **_used()}
    return {"value": value, **_used()}


def _tell(connection: Connection[bytes, bytes], message: dict[str, Any]) -> None:
    connection.send_bytes(json.dumps(message).encode())


def _used() -> dict[str, Any]:
    return {"cpu_seconds": round(time.process_time(), 3), "peak_rss_bytes": _peak_rss_bytes()}


def _peak_rss_bytes() -> int:
    status = Path("/proc/self/status")
    if not status.exists():  # macOS, which counts in bytes
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Linux's getrusage counts the memory of whoever started the process, too.
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
    return int(found[1]) * 1024 if found else 0


def _apply(limits: ProcessLimits) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.file_bytes, limits.file_bytes))
    with suppress(ValueError):  # macOS has no such limit
        resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))


if __name__ == "__main__":
    main()
