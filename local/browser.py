"""A browser for tests and pictures: one that is installed, Playwright's own, or Debian's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_INSTALL_SECONDS = 300
# The browser never calls home. Root cannot have a sandbox, so callers start it without one there.
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_browser() -> Path | None:
    """The Chromium that is installed: DARKROOM_BROWSER, Playwright's own, or the system's."""
    if chosen := os.environ.get("DARKROOM_BROWSER"):
        return Path(chosen)
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    if own.exists():
        return own
    found = (shutil.which(command) for command in _COMMANDS)
    return next((Path(path) for path in found if path), None)


def get_browser() -> Path | None:
    """A Chromium, installed first if there is none; None where none can be installed."""
    if browser := find_browser():
        return browser
    for command in _installers():
        try:
            subprocess.run(
                command,
                check=True,
                timeout=_INSTALL_SECONDS,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            )
        except (OSError, subprocess.SubprocessError):
            continue
        if browser := find_browser():
            return browser
    return None


def _installers() -> list[list[str]]:
    tool = str(Path(sys.executable).parent / "playwright")
    commands = [[tool, "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        apt = "apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium"
        commands.append(["sh", "-c", apt])
    return commands
