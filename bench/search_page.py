"""`make bench-search-page`: how long a person waits for what they search for among 100,000 files.

A real browser has the page open, with a search beside the stack of the local cloud. The owner's
index is made of the files of `make bench-search`; records are there of those that are found, for
the page reads no others. Timed is the page itself: from the new address of a search until its
results are drawn. Warm, the function has answered before; cold, it has not been started yet.
ARGS: --files 100000 --each 5 --starts 5. It rewrites a section of docs/search.md.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode

from darkroom.aws.attribute_values import to_item
from darkroom.pipeline.uploads import path_of
from darkroom.search.documents import document_of
from darkroom.search.store import Store
from playwright.sync_api import Page

from bench.document import write_section
from bench.machine import processor
from bench.page import owner, write_items
from bench.searching.darkroom import Darkroom
from bench.searching.files import OWNER, Request, questions, records
from bench.table import target_table
from bench.targets import Target
from local.cloud import SEARCH
from local.paths import ROOT, STATE
from local.showcase import Showcase, showcase
from operations.command import run_command
from operations.screen import Screen

_PAGE = ROOT / "docs" / "search.md"
_WARM_MS, _COLD_MS, _WAIT_MS = 200, 1000, 60_000
# The page's names of what is asked for.
_NAMES = {"text": "q", "cameras": "camera", "places": "place", "colours": "colour",
          "from": "from", "to": "to"}  # fmt: skip

console = Screen(highlight=False, soft_wrap=True, width=110)


def main() -> int:
    """The exit status: 1 if a promise is not kept."""
    options = argparse.ArgumentParser(prog="make bench-search-page")
    options.add_argument("--files", type=int, default=100_000)
    options.add_argument("--each", type=int, default=5, help="searches of each kind")
    options.add_argument("--starts", type=int, default=5, help="times that the function starts")
    chosen = options.parse_args()
    with ExitStack() as held:
        with console.status("Deploying, uploading …"):
            shown = held.enter_context(showcase(beside="search"))
        with console.status(f"Making an index of {chosen.files:,} files …"):
            addresses = fill(shown, chosen.files, chosen.each)
        with console.status("Searching …"):
            cold, warm = measured(shown, addresses, chosen.starts)
    lines = report(chosen.files, cold, warm)
    console.print("\n".join(lines), markup=False)
    write_section("page", lines, page=_PAGE)
    console.print("Written: docs/search.md")
    return 0 if all(target.kept for target in targets(cold, warm)) else 1


def fill(shown: Showcase, count: int, each: int) -> list[str]:
    """The addresses of searches in an index of so many files; what they find has records."""
    user = owner(shown)
    bucket = shown.cloud.outputs_of(SEARCH)["IndexBucketName"]
    store = Store(shown.cloud.client("s3"), bucket)
    made = [each for each in user.images() if each["status"] == "processed"]
    picture = next(each for each in made if each["kind"] == "picture")
    rows, files = {}, []
    for item, details in records(count):
        rows[user.key(path_of(OWNER, item["image"]))] = item
        files.append(document_of(item, details))
    asked = questions(files, each)
    del asked["within 20 km"]  # a place on the map, which nobody types
    requests = [request for those in asked.values() for request in those]
    with tempfile.TemporaryDirectory(dir=STATE) as folder:
        index = Darkroom(Path(folder), user.identity_id)
        index.build(files)
        before = store.read(user.identity_id)
        store.replace(user.identity_id, index.archive, etag=before.etag if before else None)
        found = {key for request in requests for key in index.ask(request)[1]}
    items = [to_item(_record(key, rows[key], picture)) for key in sorted(found)]
    write_items(shown.cloud.client("dynamodb"), user.outputs["ImagesTableName"], items)
    addresses = map(address_of, requests)
    return list(dict.fromkeys(addresses))  # the page does not ask again for what it shows


def _record(key: str, row: dict[str, Any], like: dict[str, Any]) -> dict[str, Any]:
    """The record of a file that is made up, with the pictures of one that was uploaded."""
    return {**like, "image": key, "metadata": row["metadata"], "uploaded_at": row["uploaded_at"]}


def address_of(request: Request) -> str:
    """The page's address of a search."""
    said = [
        (_NAMES[name], value)
        for name, values in request.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    return f"#/search?{urlencode(said)}"


def measured(
    shown: Showcase, addresses: Sequence[str], starts: int
) -> tuple[list[float], list[float]]:
    """What searches took in a page that is open, in milliseconds: cold, and warm."""
    page = shown.page
    page.goto(shown.origin)
    page.locator(".gallery img.shown").first.wait_for()
    page.locator(".gallery-older").wait_for(state="detached", timeout=_WAIT_MS)
    cold = []
    for address in addresses[:starts]:
        _end_search_functions(shown)
        cold.append(_search(page, address))
    return cold, [_search(page, address) for address in addresses[starts:]]


def _end_search_functions(shown: Showcase) -> None:
    """Have the next search start its function anew, as a new version of it does."""
    functions = shown.cloud.client("lambda")
    name = shown.cloud.physical_id("SearchFunction", stack=SEARCH)
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    variables["STARTED"] = f"{datetime.now(UTC):%H%M%S%f}"
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": variables})


def _search(page: Page, address: str) -> float:
    page.evaluate("location.hash = '#/'")
    page.locator(".gallery").first.wait_for()
    return float(page.evaluate(_SEARCH, [address, _WAIT_MS]))


def targets(cold: Sequence[float], warm: Sequence[float]) -> list[Target]:
    """Each promise, and what was measured."""
    p95 = sorted(warm)[int(0.95 * len(warm))]
    return [
        Target(f"Of warm searches, 95 % within {_WARM_MS} ms", f"{p95:.0f} ms", p95 <= _WARM_MS),
        Target(
            f"Every cold one within {_COLD_MS / 1000:g} s",
            f"{max(cold) / 1000:.2f} s",
            max(cold) <= _COLD_MS,
        ),
    ]


def report(files: int, cold: Sequence[float], warm: Sequence[float]) -> list[str]:
    """What was measured, as lines of Markdown."""
    return [
        f"Measured on {datetime.now(UTC):%Y-%m-%d} by `make bench-search-page`: {processor()}, "
        f"{os.cpu_count()} processors, Chromium without a graphics card, {files:,} files.",
        "",
        *target_table(targets(cold, warm)),
        "",
        f"The median of {len(warm)} warm searches is {median(warm):.0f} ms and the longest "
        f"{max(warm):.0f} ms; the median of {len(cold)} cold ones {median(cold) / 1000:.2f} s.",
    ]


# Until a frame has the results of this search, of which there is one at least.
_SEARCH = """([address, limit]) => new Promise((done, fail) => {
  const began = performance.now();
  let asked = false;
  location.hash = address;
  const look = () => {
    const list = document.querySelector('.results [aria-busy]');
    asked ||= list?.getAttribute('aria-busy') === 'true';
    if (asked && list?.getAttribute('aria-busy') === 'false' && list.querySelector('.tile'))
      requestAnimationFrame(() => done(performance.now() - began));
    else if (performance.now() - began > limit) fail(new Error(`nothing found: ${address}`));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})"""


if __name__ == "__main__":
    run_command(main)
