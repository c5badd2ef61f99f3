"""The page on 127.0.0.1: the built files of web/, with the headers that CloudFront adds."""

from __future__ import annotations

import gzip
import json
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from local.lifetime import Listener
from local.paths import ROOT
from operations.command import CommandError

PAGE = ROOT / "web" / "dist"
OUTPUTS_PATH = "/amplify_outputs.json"
_HOST = "127.0.0.1"
_LEAST_WORTH_PACKING_BYTES = 1024
_TYPES = {".js": "text/javascript; charset=utf-8", ".html": "text/html; charset=utf-8"}


def is_built(folder: Path = PAGE) -> bool:
    """Whether the folder holds a built page."""
    return (folder / "index.html").is_file()


def security_headers(endpoint: str) -> dict[str, str]:
    """The headers that say what the page may do; `endpoint` serves every AWS service."""
    socket = endpoint.replace("http", "ws", 1)
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": f"'self' {endpoint} {socket}",
        # blob: for previews of files being uploaded; data: for placeholders of a few bytes.
        "img-src": f"'self' blob: data: {endpoint}",
        "media-src": f"blob: {endpoint}",
        "manifest-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


@dataclass(frozen=True)
class _File:
    body: bytes
    packed: bytes | None
    content_type: str
    cache_control: str


class Site(Listener):
    """A server of the page, as a context manager.

    Its address is known before the cloud is deployed, because the cloud's buckets have to allow it.
    Until `publish` it answers every request with 503.
    """

    def __init__(self, folder: Path = PAGE) -> None:
        if not is_built(folder):
            raise CommandError(f"the page is not built: {folder.relative_to(ROOT)} is empty")
        self.files = {
            f"/{path.relative_to(folder).as_posix()}": _file(path, path.read_bytes())
            for path in folder.rglob("*")
            if path.is_file()
        }
        self.files["/"] = self.files["/index.html"]
        self.headers: Mapping[str, str] | None = None
        super().__init__(ThreadingHTTPServer((_HOST, 0), partial(_Handler, self)))

    @property
    def origin(self) -> str:
        """The origin of the page: `http://127.0.0.1:{port}`."""
        return f"http://{_HOST}:{self.port}"

    def publish(self, outputs: Mapping[str, Any], endpoint: str) -> None:
        """Serve the page for a deployed cloud; `outputs` become its `amplify_outputs.json`."""
        body = json.dumps(outputs).encode()
        self.files[OUTPUTS_PATH] = _file(Path(OUTPUTS_PATH), body)
        self.headers = security_headers(endpoint)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "darkroom"
    sys_version = ""

    def __init__(self, site: Site, *arguments: Any) -> None:
        self._site = site
        super().__init__(*arguments)

    def do_GET(self) -> None:
        headers = self._site.headers
        file = self._site.files.get(self.path.partition("?")[0])
        if headers is None or file is None:
            status = HTTPStatus.SERVICE_UNAVAILABLE if headers is None else HTTPStatus.NOT_FOUND
            file = _File(f"{status.phrase}\n".encode(), None, "text/plain", "no-store")
        else:
            status = HTTPStatus.OK
        packed = "gzip" in self.headers.get("Accept-Encoding", "") and file.packed is not None
        body = file.packed if packed and file.packed is not None else file.body
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if packed:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Type", file.content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", file.cache_control)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815  # http.server's name

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  # its name there
        """Log nothing: the terminal is for the command's own output."""


def _file(path: Path, body: bytes) -> _File:
    guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = gzip.compress(body, mtime=0) if len(body) >= _LEAST_WORTH_PACKING_BYTES else None
    # Vite puts a hash of the content into the name of an asset, so an asset never changes.
    hashed = path.parent.name == "assets"
    return _File(
        body=body,
        packed=packed,
        content_type=_TYPES.get(path.suffix, guessed),
        cache_control="public, max-age=31536000, immutable" if hashed else "no-cache",
    )
