"""`make lighthouse`: measure the page's speed and accessibility, and how soon a thumbnail shows."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from contextlib import ExitStack
from typing import Any

from playwright.sync_api import FilePayload, Request
from rich.table import Table

from local.paths import PHOTOS, ROOT, STATE
from local.ports import free_port
from local.showcase import NEEDS, Showcase, showcase
from operations.command import CommandError, run_command
from operations.screen import Screen

REPORT = STATE / "lighthouse.json"
_COMMAND = ROOT / "local" / "measuring" / "node_modules" / "lighthouse" / "cli" / "index.js"
_CATEGORIES = ("performance", "accessibility", "best-practices")
_LEAST = 0.95
_REPEATS = 5
_SECONDS = 180

console = Screen(highlight=False, soft_wrap=True, width=110)


def main() -> int:
    """The exit status: 1 if a score for performance or accessibility is below 95."""
    if not _COMMAND.exists():
        raise CommandError(f"Lighthouse is not installed: {NEEDS}")
    port = free_port()
    reports: dict[str, Any] = {}
    with ExitStack() as held:
        with console.status("Deploying, uploading …"):
            shown = held.enter_context(showcase(f"--remote-debugging-port={port}"))
        with console.status("Measuring …"):
            waits = thumbnail_waits(shown)
            for device in ("phone", "desktop"):
                reports[f"gallery, {device}"] = measure(shown.origin, port, device)
            shown.page.get_by_role("button", name="Account").click()
            shown.page.get_by_role("button", name="Sign out").click()
            for device in ("phone", "desktop"):
                reports[f"sign-in, {device}"] = measure(shown.origin, port, device)
    REPORT.write_text(json.dumps(reports))
    show(reports, waits)
    scores = [
        report["categories"][category]["score"]
        for report in reports.values()
        for category in _CATEGORIES[:2]
    ]
    return 0 if min(scores) >= _LEAST else 1


def thumbnail_waits(shown: Showcase) -> list[float]:
    """Seconds from the end of each upload of 12 megapixels until the page shows its thumbnail."""
    ends: list[float] = []

    def note(request: Request) -> None:
        if request.method == "PUT":
            ends.append(time.monotonic())

    shown.page.on("requestfinished", note)
    waits = []
    photo = (PHOTOS / "camera.jpg").read_bytes()
    for number in range(_REPEATS):
        before = shown.page.locator(".gallery img.shown").count()
        states = shown.page.locator(".tile-state").count()
        # What follows the end of a JPEG makes another photo of it: one that is there is not sent.
        another: FilePayload = {
            "name": f"camera-{number}.jpg",
            "mimeType": "image/jpeg",
            "buffer": photo + bytes([number]),
        }
        shown.page.locator("#chooser").set_input_files(another)
        shown.page.wait_for_function(
            "count => document.querySelectorAll('.gallery img.shown').length > count", arg=before
        )
        waits.append(time.monotonic() - ends[-1])
        shown.wait_for_ends(states + 1)
    return waits


def measure(url: str, port: int, device: str) -> Any:
    """Lighthouse's report on the page, with what the browser has stored kept."""
    command = [
        "node",
        str(_COMMAND),
        url,
        f"--port={port}",
        "--output=json",
        "--quiet",
        f"--only-categories={','.join(_CATEGORIES)}",
        "--disable-storage-reset",
    ]
    if device == "desktop":
        command.append("--preset=desktop")
    done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        raise CommandError(f"Lighthouse failed: {said.splitlines()[-1] if said else 'nothing'}")
    return json.loads(done.stdout)


def show(reports: dict[str, Any], waits: list[float]) -> None:
    """Print scores, metrics and waits."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    metrics = {
        "first-contentful-paint": "FCP",
        "largest-contentful-paint": "LCP",
        "total-blocking-time": "TBT",
        "cumulative-layout-shift": "CLS",
    }
    table.add_column("page", no_wrap=True)
    for heading in (*_CATEGORIES, *metrics.values()):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, report in reports.items():
        scores = [f"{100 * report['categories'][key]['score']:.0f}" for key in _CATEGORIES]
        figures = [report["audits"][key]["displayValue"] for key in metrics]
        table.add_row(name, *scores, *figures)
    console.print(table)
    version = next(iter(reports.values()))["lighthouseVersion"]
    console.print(f"Lighthouse {version}; phone is its simulated mid-range phone on slow 4G")
    console.print(
        f"A thumbnail shows {statistics.median(waits):.2f} s (median of {len(waits)}; longest "
        f"{max(waits):.2f} s) after the end of an upload of 12 megapixels"
    )


if __name__ == "__main__":
    run_command(main)
