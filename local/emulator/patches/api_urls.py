"""A function reaches an API by the URL that the template gives it.

AWS serves an API at `https://{id}.execute-api.{region}.amazonaws.com/`; MiniStack serves it at a
path of its own, and leaves the URL in a function's environment as it is. Obsolete once MiniStack
starts functions with URLs that they can reach.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterable, Mapping
from typing import Any

from operations.api_url import api_url


def apply() -> None:
    """Start every worker with the URLs of APIs as they are here."""
    endpoint = f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}"
    worker = importlib.import_module("ministack.core.lambda_runtime").Worker
    spawn = worker._spawn

    def spawn_worker(self: Any, *arguments: Any, **keywords: Any) -> Any:
        variables = self.config.get("Environment", {}).get("Variables", {})
        reachable = {**variables, **dict(urls_in(variables, endpoint))}
        self.config = {**self.config, "Environment": {"Variables": reachable}}
        return spawn(self, *arguments, **keywords)

    worker._spawn = spawn_worker


def urls_in(variables: Mapping[str, str], endpoint: str) -> Iterable[tuple[str, str]]:
    """The environment variables that hold an API's URL, each with its URL at `endpoint`."""
    for name, value in variables.items():
        if (local := api_url(value, endpoint)) != value:
            yield name, local
