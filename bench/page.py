"""`make page-bench`: the page with ten thousand photos, on a desktop and on a slow phone.

The photos are records in the local cloud's table, as functions write them, spread over eight years.
Their pictures are those of a few photos that were really uploaded and processed.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

from darkroom.aws.attribute_values import to_item
from playwright.sync_api import CDPSession, Page

from bench.document import write_section
from bench.machine import processor
from bench.table import target_table
from bench.targets import Target
from local.lighthouse import thumbnail_waits
from local.live import open_page
from local.login import sign_in
from local.page_size import script_sizes
from local.run import EMAILS, PASSWORD
from local.showcase import Showcase, showcase
from local.user import User, enter
from operations.command import CommandError, run_command
from operations.screen import Screen

COUNT = 10_000
_DAYS = 8 * 365
_BATCH = 25  # DynamoDB takes no more at once
_JUMPS = 12
_SCROLLED_PX, _PX_A_SECOND = 24_000, 3_000
_WAIT_MS = 60_000
# A slow phone: a quarter of this processor, and 1.6 Mbit/s with 150 ms for a round trip.
_CPU_SHARE, _LATENCY_MS, _DOWN, _UP = 4, 150, 1.6e6 / 8, 750e3 / 8

console = Screen(highlight=False, soft_wrap=True, width=110)


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured; times in milliseconds."""

    nodes: int
    heap_mb: float
    frames: list[float]
    jumps: list[float]
    index_ms: float
    index_requests: int
    index_bytes: int
    cold_ms: float
    second_ms: float
    thumbnails: list[float]
    script_bytes: int
    first_bytes: int
    sign_in_bytes: int


def main() -> int:
    """The exit status: 1 if a promise is not kept."""
    with ExitStack() as held:
        with console.status("Deploying, uploading …"):
            shown = held.enter_context(showcase())
            thumbnails = [1000 * seconds for seconds in thumbnail_waits(shown)]
            shown.page.goto("about:blank")
        with console.status(f"Writing {COUNT} records …"):
            fill(shown)
        with console.status("Measuring …"):
            figures = measured(shown, thumbnails)
    lines = report(figures)
    console.print("\n".join(lines), markup=False)
    write_section("page", lines)
    console.print("Written: docs/performance.md")
    return 0 if all(target.kept for target in targets(figures)) else 1


def fill(shown: Showcase) -> None:
    """Write the records, and wait until the stream of the table has told all of them."""
    user = owner(shown)
    made = [image for image in user.images() if image["status"] == "processed"]
    table = user.outputs["ImagesTableName"]
    *rows, last = records(user, made)
    client = shown.cloud.client("dynamodb")
    write_items(client, table, rows)
    with open_page(user) as listener:
        client.put_item(TableName=table, Item=last)
        told = last["image"]["S"]
        listener.wait_for(lambda message: message.get("image") == told, seconds=300)


def write_items(client: Any, table: str, items: Sequence[Mapping[str, Any]]) -> None:
    """Write items, as DynamoDB's clients have them, to a table of the local cloud."""
    for at in range(0, len(items), _BATCH):
        batch = [{"PutRequest": {"Item": item}} for item in items[at : at + _BATCH]]
        client.batch_write_item(RequestItems={table: batch})


def records(user: User, made: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Items of photos like those that were made, on days of eight years, some with many photos."""
    chance = random.Random(7)  # noqa: S311  # the same gallery each time
    newest = datetime.now(UTC) - timedelta(days=1)
    days = [newest - timedelta(days=chance.randrange(_DAYS)) for _ in range(_DAYS // 3)]
    for number in range(COUNT):
        taken = chance.choice(days) - timedelta(seconds=chance.randrange(40_000))
        uploaded = taken + timedelta(days=chance.randrange(20))
        folder = f"{uploaded:%Y%m%dT%H%M%S}{number % 1000:03}-{number:012x}"
        like = made[number % len(made)]
        metadata = {**like.get("metadata", {}), "taken_at": f"{taken:%Y-%m-%dT%H:%M:%S}+02:00"}
        yield to_item(
            {
                **like,
                "image": user.key(f"{folder}/IMG_{number:05}.jpg"),
                "uploaded_at": uploaded.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "metadata": metadata,
            }
        )


def owner(shown: Showcase) -> User:
    """The user whose page it is, as a client."""
    outputs = shown.cloud.outputs
    login = sign_in(shown.cloud.endpoint, outputs, EMAILS[0], PASSWORD)
    return enter(shown.cloud.endpoint, outputs, login)


def measured(shown: Showcase, thumbnails: list[float]) -> Figures:
    """All figures: first those of a phone that knows nothing, then those of a desktop."""
    sign_in_bytes = sign_in_scripts(shown)
    cold, second, first_bytes = first_pictures(shown)
    index_ms, requests, received = index_read(shown)
    page = shown.page
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")
    frames, nodes = scrolled(page, devtools)
    jumps = jumped(page)
    devtools.send("HeapProfiler.collectGarbage")
    heap = metrics(devtools)["JSHeapUsedSize"] / 1e6
    return Figures(
        nodes=max(nodes, page.evaluate(_NODES)),
        heap_mb=heap,
        frames=frames,
        jumps=jumps,
        index_ms=index_ms,
        index_requests=requests,
        index_bytes=received,
        cold_ms=cold,
        second_ms=second,
        thumbnails=thumbnails,
        script_bytes=sum(script_sizes().values()),
        first_bytes=first_bytes,
        sign_in_bytes=sign_in_bytes,
    )


def sign_in_scripts(shown: Showcase) -> int:
    """The bytes of the scripts that are loaded for somebody who is to sign in."""
    with shown.phone(signed_in=False) as phone:
        phone.goto(shown.origin, wait_until="networkidle")
        phone.get_by_role("heading", name="Sign in").wait_for()
        return loaded_bytes(phone)


def first_pictures(shown: Showcase) -> tuple[float, float, int]:
    """When a slow phone shows its first picture: with nothing but the sign-in, and once more.

    And the bytes of the scripts that it has loaded by then.
    """
    with shown.phone() as phone:
        devtools = phone.context.new_cdp_session(phone)
        devtools.send("Network.enable")
        devtools.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": _LATENCY_MS,
                "downloadThroughput": _DOWN,
                "uploadThroughput": _UP,
            },
        )
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": _CPU_SHARE})
        waits: list[float] = []
        sizes: list[int] = []
        for _ in range(2):
            phone.goto(shown.origin, wait_until="commit")
            seen = phone.wait_for_function(_SEEN_AT, polling="raf", timeout=_WAIT_MS)
            waits.append(float(seen.json_value()))
            sizes.append(loaded_bytes(phone))
            phone.locator(".gallery-older").wait_for(state="detached", timeout=_WAIT_MS * 2)
            phone.goto("about:blank")
    return waits[0], waits[1], sizes[0]


def loaded_bytes(page: Page) -> int:
    """The size of the scripts that an open page has loaded so far, compressed."""
    addresses: list[str] = page.evaluate(_LOADED)
    names = {address.partition("?")[0].rpartition("/")[2] for address in addresses}
    return sum(size for name, size in script_sizes().items() if name in names)


def index_read(shown: Showcase) -> tuple[float, int, int]:
    """How long the page takes to read the places of all photos, in how many requests and bytes."""
    page = shown.page
    page.goto(shown.origin)
    page.evaluate(_FORGET)
    bodies: list[int] = []
    ends: list[float] = []
    begins: list[float] = []

    def note(request: Any) -> None:
        if "dominant_colour" in (request.post_data or ""):
            begins.append(request.timing["startTime"] + request.timing["requestStart"])
            ends.append(request.timing["startTime"] + request.timing["responseEnd"])
            bodies.append(request.sizes()["responseBodySize"])

    page.on("requestfinished", note)
    page.goto(shown.origin)
    page.locator(".gallery img.shown").first.wait_for()
    page.locator(".gallery-older").wait_for(state="detached", timeout=_WAIT_MS)
    page.remove_listener("requestfinished", note)
    if not bodies:
        raise CommandError("the page did not read the places of its photos")
    return max(ends) - min(begins), len(bodies), sum(bodies)


def scrolled(page: Page, devtools: CDPSession) -> tuple[list[float], int]:
    """The times between frames while it is scrolled like with a wheel, and the most nodes."""
    page.evaluate(_WATCH)
    devtools.send(
        "Input.synthesizeScrollGesture",
        {
            "x": 600, "y": 400, "yDistance": -_SCROLLED_PX, "speed": _PX_A_SECOND,
            "gestureSourceType": "mouse", "preventFling": True,
        },
    )  # fmt: skip
    watched = page.evaluate("window.watched")
    return [float(one) for one in watched["frames"]], int(watched["nodes"])


def jumped(page: Page) -> list[float]:
    """From each choice of a month until a picture of that month is seen, the oldest month first."""
    choice = page.get_by_label("Jump to a month")
    months = choice.locator("option").evaluate_all("all => all.map(one => one.value)")
    chance = random.Random(3)  # noqa: S311  # the same months each time
    waits = []
    for month in [months[-1], *chance.sample(months, _JUMPS - 1)]:
        waits.append(float(choice.evaluate(_JUMP, month)))
        time.sleep(0.3)
    return waits


def metrics(devtools: CDPSession) -> Mapping[str, float]:
    """What Chromium counts of a page."""
    found = devtools.send("Performance.getMetrics")["metrics"]
    return {one["name"]: one["value"] for one in found}


def targets(figures: Figures) -> list[Target]:
    """Each promise, and what was measured."""
    p95 = sorted(figures.frames)[int(0.95 * len(figures.frames))]
    jump, thumbnail = max(figures.jumps), median(figures.thumbnails)
    megabytes = f"{figures.heap_mb:.0f} MB"

    def most(promise: str, value: float, limit: float, measured: str) -> Target:
        return Target(promise.format(limit), measured, value <= limit)

    def within(promise: str, ms: float, limit_ms: float) -> Target:
        return Target(promise.format(limit_ms / 1000), f"{ms / 1000:.2f} s", ms <= limit_ms)

    def size(promise: str, number: int, limit: int) -> Target:
        return Target(promise.format(limit / 1000), f"{number / 1000:.1f} kB", number <= limit)

    return [
        most("At most {:,} elements", figures.nodes, 3000, f"{figures.nodes:,}"),
        most("At most {} MB of JavaScript's memory", figures.heap_mb, 60, megabytes),
        most("Of the frames while it scrolls, 95 % within {} ms", p95, 20, f"{p95:.1f} ms"),
        within("Any month is seen within {:g} s of the choice", jump, 1000),
        within("The first picture on a slow phone within {:g} s", figures.cold_ms, 1800),
        within("The same on its second visit within {:g} s", figures.second_ms, 1000),
        within("A thumbnail of 12 megapixels within {:g} s of its upload", thumbnail, 1000),
        size("All scripts of the page: at most {:g} kB, compressed", figures.script_bytes, 170_000),
        size("Those of the sign-in: at most {:g} kB, compressed", figures.sign_in_bytes, 60_000),
    ]


def report(figures: Figures) -> list[str]:
    """What was measured, as lines of Markdown."""
    frames = sorted(figures.frames)
    return [
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {processor()}, {os.cpu_count()} processors, "
        f"Chromium without a graphics card, {COUNT:,} photos in {_DAYS // 365} years, a window of "
        f"1280 × 800; the slow phone has a quarter of this processor, 1.6 Mbit/s and "
        f"{_LATENCY_MS} ms.",
        "",
        *target_table(targets(figures)),
        "",
        f"While {_SCROLLED_PX:,} pixels pass at {_PX_A_SECOND:,} a second, the median frame takes "
        f"{median(frames):.1f} ms and the longest {frames[-1]:.0f} ms. Of {_JUMPS} jumps to a "
        f"month the median takes {median(figures.jumps) / 1000:.2f} s. When its first picture is "
        f"there, the phone has loaded {figures.first_bytes / 1000:.1f} kB of the scripts; what "
        f"uploads files comes after it. The places of all photos are read once a day, in "
        f"{figures.index_ms / 1000:.1f} s: {figures.index_requests} requests with "
        f"{figures.index_bytes / 1e6:.1f} MB.",
    ]


_LOADED = "performance.getEntriesByType('resource').map(({name}) => name)"
_NODES = "document.querySelectorAll('*').length"
_SEEN_AT = "() => document.querySelector('.gallery img.shown') && performance.now()"
_FORGET = """async () => {
  for (const name of Object.keys(localStorage))
    if (name.startsWith('darkroom.photos')) localStorage.removeItem(name);
  for (const name of await caches.keys()) await caches.delete(name);
}"""
_WATCH = """() => {
  window.watched = {frames: [], nodes: 0};
  let last = performance.now();
  const next = (now) => {
    window.watched.frames.push(now - last);
    window.watched.nodes = Math.max(window.watched.nodes, document.querySelectorAll('*').length);
    last = now;
    requestAnimationFrame(next);
  };
  requestAnimationFrame(next);
}"""
_JUMP = """(choice, month) => new Promise((done) => {
  const began = performance.now();
  choice.value = month;
  choice.dispatchEvent(new Event('change', {bubbles: true}));
  const look = () => {
    const seen = [...document.querySelectorAll(`[aria-labelledby^="day-${month}"] img.shown`)]
      .map((one) => one.getBoundingClientRect())
      .some(({top, bottom}) => bottom > 120 && top < innerHeight);
    if (seen) done(performance.now() - began);
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""


if __name__ == "__main__":
    run_command(main)
