"""What was measured on, and with which versions: figures mean nothing without."""

from __future__ import annotations

import json
import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.engines import HOME


def described(rounds: int) -> str:
    """One paragraph for the page."""
    packages = [f"{name} {found}" for name in _PACKAGES if (found := _version(name))]
    if (sharp := _sharp()) is not None:
        packages.append(f"sharp {sharp}")
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {processor()}, {os.cpu_count()} processors, "
        f"{platform.system()}, Python {platform.python_version()}; {', '.join(packages)}; "
        f"medians of {rounds} rounds."
    )


_PACKAGES = ("Pillow", "pic-scale", "pillow-heif", "pyspng", "pyvips", "pyvips-binary")


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _sharp() -> str | None:
    manifest = HOME / "node" / "node_modules" / "sharp" / "package.json"
    return json.loads(manifest.read_text())["version"] if manifest.exists() else None


def processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists() and (found := re.search(r"model name\s*: (.+)", cpuinfo.read_text())):
        return f"{found[1].strip()} ({platform.machine()})"
    return platform.processor() or platform.machine()
