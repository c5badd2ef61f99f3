"""A layer is unpacked once, and every worker that has it reads the same files, in every cloud.

Lambda mounts a layer read-only. MiniStack unpacks each layer of a function again for each worker of
that function: a cold start writes thousands of files, which all have to be removed in the end.
Here they stay until no cloud has asked for them for a week.
Obsolete once two functions with one layer load it from the same path.
"""

from __future__ import annotations

import hashlib
import importlib
import io
import os
import shutil
import tempfile
import threading
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

_KEPT_SECONDS = 7 * 24 * 3600


def apply() -> None:
    """Start every worker with layers that are unpacked already, by the variable that it reads."""
    functions = importlib.import_module("ministack.services.lambda_svc")
    worker = importlib.import_module("ministack.core.lambda_runtime").Worker
    layers, spawn = Layers(Path(os.environ["DARKROOM_LAYERS"])), worker._spawn

    def spawn_worker(self: Any, *arguments: Any, **keywords: Any) -> Any:
        archives = [functions._resolve_layer_zip(layer) for layer in self.config.get("Layers", [])]
        folders = [str(layers.folder_of(archive)) for archive in archives if archive]
        if folders:
            variables = self.config.get("Environment", {}).get("Variables", {})
            variables = {**variables, "_LAMBDA_LAYERS_DIRS": os.pathsep.join(folders)}
            self.config = {**self.config, "Layers": [], "Environment": {"Variables": variables}}
        return spawn(self, *arguments, **keywords)

    worker._spawn = spawn_worker


class Layers:
    """A folder of unpacked layers, each under the hash of its archive; several clouds share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        for old in folder.glob("*"):
            with suppress(FileNotFoundError):  # another cloud has removed or renamed it
                if old.stat().st_mtime < time.time() - _KEPT_SECONDS:
                    shutil.rmtree(old, ignore_errors=True)

    def folder_of(self, archive: bytes) -> Path:
        """Where a layer's files are; the first who asks unpacks them."""
        target = self._folder / hashlib.sha256(archive).hexdigest()
        with self._lock:
            if not target.is_dir():
                self._folder.mkdir(parents=True, exist_ok=True)
                # Under its own name only when it is whole: whoever unpacks may be killed.
                unpacked = tempfile.mkdtemp(dir=self._folder)
                with zipfile.ZipFile(io.BytesIO(archive)) as files:
                    files.extractall(unpacked)
                try:
                    os.rename(unpacked, target)
                except OSError:
                    if not target.is_dir():
                        raise
                    shutil.rmtree(unpacked)  # another cloud was quicker
            os.utime(target)
        return target
