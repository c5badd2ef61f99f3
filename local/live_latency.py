"""`make live-latency`: measure how long a step takes from DynamoDB to its owner's open page."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from local.cloud import LocalCloud
from local.live import Message, open_page
from operations.command import run_command
from operations.screen import Screen

STEPS = 50
console = Screen(highlight=False)


def main() -> int:
    """The exit status, after writing steps to the images table and awaiting each one in a page."""
    with LocalCloud("live-latency") as cloud:
        with console.status("Building and deploying …"):
            cloud.build()
            cloud.deploy()
        user, table = cloud.new_user(), cloud.client("dynamodb")
        image = user.key("measured.jpg")
        taken: list[float] = []
        with open_page(user) as page:
            for number in range(STEPS + 1):
                started = time.perf_counter()
                table.put_item(
                    TableName=cloud.outputs["ImagesTableName"],
                    Item={
                        "identity_id": {"S": user.identity_id},
                        "image": {"S": image},
                        "version": {"S": f"{number:04}"},
                    },
                )
                page.wait_for(_is(f"{number:04}"))
                taken.append(time.perf_counter() - started)
    first, *warm = taken
    console.print(
        f"{STEPS} steps, from DynamoDB to the page: "
        f"median {statistics.median(warm) * 1000:.0f} ms, "
        f"slowest {max(warm) * 1000:.0f} ms; the first one, with a cold start, {first:.1f} s"
    )
    return 0


def _is(version: str) -> Callable[[Message], bool]:
    return lambda message: message.get("version") == version


if __name__ == "__main__":
    run_command(main)
