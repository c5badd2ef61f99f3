"""The engines, how each is started, and what each cannot do."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from bench import jobs
from bench.rows import DARKROOM, FLOOR
from local.paths import LAYERS, ROOT, STATE

HOME = STATE / "bench"
_NODE_HOME = HOME / "node"

# As in template.yaml, which gives the reasons. Every engine gets them, for all gain by them.
ALLOCATOR = {
    "MALLOC_TRIM_THRESHOLD_": "268435456",
    "MALLOC_MMAP_THRESHOLD_": "33554432",
}
_JOB = {
    "edges": jobs.EDGES,
    "marked": jobs.MARKED,
    "quality": jobs.QUALITY,
    "markShare": jobs.MARK_SHARE,
    "markMarginShare": jobs.MARK_MARGIN_SHARE,
    "markOpacity": jobs.MARK_OPACITY,
}


@dataclass(frozen=True, slots=True)
class Engine:
    """`command` gets the job's files, folder and number of threads as its last arguments."""

    name: str
    label: str
    command: tuple[str, ...]
    best_form: bool = True
    cannot: Mapping[str, str] = field(default_factory=dict)
    """Why a kind of file is left out."""

    @property
    def absent(self) -> str:
        """Why this engine is not there; empty if it is."""
        if self.command[0] == "node":
            if shutil.which("node") is None:
                return "Node.js is not installed"
            return "" if (_NODE_HOME / "node_modules").is_dir() else "sharp is not installed"
        if self.command[2] == "bench.jobs.vips" and find_spec("pyvips") is None:
            return "pyvips is not installed"
        return ""


def environment(threads: int) -> dict[str, str]:
    """What an engine's process finds in its environment."""
    return {
        **os.environ,
        **ALLOCATOR,
        "PYTHONPATH": os.pathsep.join([LAYERS, str(ROOT)]),
        "PYTHONDONTWRITEBYTECODE": "",
        "BENCH_JOB": json.dumps(_JOB),
        "UV_THREADPOOL_SIZE": str(threads),
    }


def _python(module: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", f"bench.jobs.{module}", *arguments)


def _sharp(form: str) -> tuple[str, ...]:
    script = Path(jobs.__file__).parent / "sharp.mjs"
    return ("node", str(script), str(_NODE_HOME), form)


_NO_HEIC = {"heic": "does not decode HEIC"}
_NO_FLOOR = dict.fromkeys(
    ("png", "webp", "avif420", "indexed", "tiff"), "is for JPEG and HEIC alone"
)
ENGINES = (
    Engine(DARKROOM, "Darkroom", _python("darkroom")),
    Engine(FLOOR, "floor: codecs alone", _python("floor"), cannot=_NO_FLOOR),
    Engine("pyvips-cascade", "pyvips, cascade", _python("vips", "cascade"), cannot=_NO_HEIC),
    Engine("sharp-cascade", "sharp, cascade by hand", _sharp("cascade"), cannot=_NO_HEIC),
    Engine(
        "pyvips",
        "pyvips, per rendition",
        _python("vips", "renditions"),
        best_form=False,
        cannot=_NO_HEIC,
    ),
    Engine("sharp", "sharp, per rendition", _sharp("renditions"), best_form=False, cannot=_NO_HEIC),
    Engine("pillow-cascade", "Pillow, cascade", _python("cascade")),
    Engine("pillow-tutorial", "Pillow, tutorial", _python("tutorial"), best_form=False),
)
EVERYTHING = _python("everything")  # all functions of Darkroom, for their memory
PEERS = tuple(engine.name for engine in ENGINES if engine.name not in (DARKROOM, FLOOR))
LABELS = {engine.name: engine.label for engine in ENGINES}
