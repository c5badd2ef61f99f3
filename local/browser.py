"""Browsers for tests and pictures: one that is installed, Playwright's own, or Debian's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from playwright.sync_api import sync_playwright

_COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_SHELL = "chromium-headless-shell"
_FIREFOXES = ("firefox-esr", "firefox")
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
    if chosen := _chosen():
        return chosen
    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    if own.exists():
        return own
    return _first_of(_COMMANDS)


def get_browser() -> Path | None:
    """A Chromium, installed first if there is none; None where none can be installed."""
    return _got(find_browser, _installers())


def get_shell() -> Path | None:
    """A Chromium without windows rather than a whole one, which takes more of the processor.

    Their engine is the same. If there is neither, Debian's of the first kind is installed, or any
    Chromium; None where none can be installed.
    """
    return _got(_find_shell, _debian(_SHELL)) or get_browser()


def get_firefox() -> Path | None:
    """A Firefox, Debian's installed first if there is none; None where it cannot be installed."""
    return _got(lambda: _first_of(_FIREFOXES), _debian("firefox-esr"))


def _chosen() -> Path | None:
    chosen = os.environ.get("DARKROOM_BROWSER")
    return Path(chosen) if chosen else None


def _find_shell() -> Path | None:
    return _chosen() or _first_of([_SHELL]) or find_browser()


def _got(find: Callable[[], Path | None], installers: Sequence[Sequence[str]]) -> Path | None:
    """What is found, at once or when one of these commands has installed it."""
    if browser := find():
        return browser
    for command in installers:
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
        if browser := find():
            return browser
    return None


def _first_of(commands: Iterable[str]) -> Path | None:
    found = (shutil.which(command) for command in commands)
    return next((Path(path) for path in found if path), None)


def _installers() -> list[list[str]]:
    tool = str(Path(sys.executable).parent / "playwright")
    return [[tool, "install", "chromium"], *_debian("chromium")]


def _debian(package: str) -> list[list[str]]:
    """How Debian's package is installed; no way where it is not allowed, or there is no Debian."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return []
    install = f"apt-get install -qq -y --no-install-recommends {package}"
    return [["sh", "-c", f"apt-get update -qq && {install}"]]
