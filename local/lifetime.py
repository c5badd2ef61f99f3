"""What a command starts, it stops again: context managers of one shape."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from http.server import ThreadingHTTPServer
from socketserver import ThreadingTCPServer
from typing import Self


class Lifetime(ABC):
    """Something that is started and, whatever happens, stopped: a context manager of the two."""

    @abstractmethod
    def start(self) -> None:
        """Begin; on an error, undo what was begun before raising it."""

    @abstractmethod
    def stop(self) -> None:
        """End."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


class Listener(Lifetime):
    """A server of the standard library that answers in threads, from `start` until `stop`.

    Its port is open, and known, before it answers: whoever has to be told of it can be.
    """

    def __init__(self, server: ThreadingTCPServer | ThreadingHTTPServer) -> None:
        server.daemon_threads = True
        self._server = server

    @property
    def port(self) -> int:
        """The port on 127.0.0.1."""
        return int(self._server.server_address[1])

    def start(self) -> None:
        """Answer, from now on."""
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Answer no more, and close the port."""
        self._server.shutdown()
        self._server.server_close()
