"""`make flood N=2000`: one owner's rush of tiny files, and how long another waits meanwhile.

It prints how many of the rush were counted a second, and how long one photo of somebody else took,
alone and behind the rush. It fails where the other waited longer than ALLOWED times as long, the
usage is not exact, or a message was given up.
"""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from typing import Any

from PIL import Image

from local.cloud import LocalCloud
from local.user import TERMINAL, User, wait_for
from operations.arguments import Arguments
from operations.command import CommandError, run_command
from operations.screen import Screen

ALLOWED = 3.0  # times as long as alone
ALONE = 3  # photos, of which the median counts
UPLOADERS = 8
# The rush shall be counted, not refused, and a file of one byte as one byte.
PARAMETERS = {"QuotaUploadedObjects": "1000000", "QuotaMinimumBytes": "0"}
_LONGEST_SECONDS = 3600
_LOOKS_SECONDS = 0.02
# Each of its runs counts up to ten uploads: as many as this at once want to write two counters.
COUNTING = "Quota"

console = Screen(highlight=False)


@dataclass(frozen=True)
class Rush:
    """What a rush took, in seconds, and what it left behind."""

    uploads: int
    uploaded: float
    counted: float
    drained: float
    alone: float
    behind: float
    counters: Mapping[str, int]
    expected: Mapping[str, int]
    dead_letters: Mapping[str, int]

    def faults(self) -> list[str]:
        """Everything that is not as it should be."""
        found = [f"{count} dead letters in {name}" for name, count in self.dead_letters.items()]
        if self.counters != self.expected:
            found.append(f"usage is {dict(self.counters)}, not {dict(self.expected)}")
        if self.longer > ALLOWED:
            found.append(f"the other waited {self.longer:.1f} times as long; allowed: {ALLOWED:g}")
        return found

    @property
    def longer(self) -> float:
        """How many times as long the other waited as alone."""
        return self.behind / self.alone


def main() -> int:
    """The exit status of a rush: 0 if nothing is wrong with it."""
    arguments = Arguments.of_environment()
    uploads = arguments.whole("N", 2000, least=2)
    runs = arguments.whole("CONCURRENCY", 2, least=2)  # the least of MaximumConcurrency
    with LocalCloud("flood") as cloud:
        with console.status("Building and deploying …"):
            cloud.build()
            cloud.deploy(PARAMETERS)
        cloud.set_event_source(COUNTING, ScalingConfig={"MaximumConcurrency": runs})
        with console.status(f"{uploads:,} uploads by one, one by another …"):
            rushed = rush(cloud, uploads)
    show(rushed, runs)
    return 1 if rushed.faults() else 0


def rush(cloud: LocalCloud, uploads: int) -> Rush:
    """What `uploads` tiny files of one owner took, and a photo of another behind them."""
    ann, bob = cloud.new_user(), cloud.new_user()
    process(ann, "warm.jpg")
    alone = median(process(ann, f"alone-{number}.jpg") for number in range(ALONE))
    cloud.wait_until_idle(120)
    began = time.monotonic()
    with ThreadPoolExecutor(UPLOADERS) as pool:
        list(pool.map(lambda number: bob.upload(f"{number}.txt", b"x", "text/plain"),
                      range(uploads)))  # fmt: skip
        uploaded = time.monotonic() - began
        behind = pool.submit(process, ann, "behind.jpg")
        wait_for(
            lambda: counted(bob) >= uploads or None, seconds=_LONGEST_SECONDS, what="the counting"
        )
        all_counted = time.monotonic() - began
        cloud.wait_until_idle(_LONGEST_SECONDS)
        drained = time.monotonic() - began
        counters = {
            name: int(value)
            for row in bob.usage().values()
            for name, value in row.items()
            if name.startswith(("stored_", "uploaded_", "held_"))
        }
        expected = {"held_bytes": 0, "held_objects": 0}
        for counter in ("stored_bytes", "stored_objects", "uploaded_bytes", "uploaded_objects"):
            expected[counter] = uploads
        return Rush(
            uploads, uploaded, all_counted, drained, alone, behind.result(), counters, expected,
            cloud.dead_letters(),
        )  # fmt: skip


def process(user: User, name: str) -> float:
    """How long a small photo takes from its upload until it is processed, in seconds.

    Raises:
        CommandError: it is not processed.
    """
    body = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(body, "JPEG", comment=name.encode())
    began = time.monotonic()
    key = user.upload(name, body.getvalue())
    image: dict[str, Any] | None = None
    while image is None or image["status"] not in TERMINAL:
        if time.monotonic() - began > _LONGEST_SECONDS:
            raise CommandError(f"{name} did not end")
        time.sleep(_LOOKS_SECONDS)
        image = user.image(key)
    if image["status"] != "processed":
        raise CommandError(f"{name} ended as {image['status']}")
    return time.monotonic() - began


def counted(user: User) -> int:
    """How many uploads of a user are counted."""
    return sum(int(row.get("uploaded_objects", 0)) for row in user.usage().values())


def show(rushed: Rush, runs: int) -> None:
    """Print the figures and whether they are right."""
    console.print(
        f"{rushed.uploads:,} uploads of one owner in {rushed.uploaded:.0f} s, counted by {runs} "
        f"runs at a time after {rushed.counted:.0f} s: {rushed.uploads / rushed.counted:.1f} a "
        f"second; all done after {rushed.drained:.0f} s"
    )
    console.print(
        f"a photo of another: {rushed.alone:.2f} s alone, {rushed.behind:.2f} s behind them: "
        f"{rushed.longer:.1f} times as long"
    )
    for fault in rushed.faults():
        console.print(f"[red]✕[/] {fault}")
    if not rushed.faults():
        console.print("[green]✓ no dead letter, usage is exact, nobody was held up[/]")


if __name__ == "__main__":
    run_command(main)
