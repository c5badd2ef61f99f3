"""`make bench-cost`: dollars for a million photos, function by function, into docs/performance.md.

They are for what each function computes, waits for and asks of AWS.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from bench import prices
from bench.cases import prepare_cases
from bench.document import write_section
from bench.engines import HOME
from bench.table import grid
from local.paths import LAYERS, ROOT, TOOLS
from operations.command import CommandError, run_command

console = Console(width=100, highlight=False, soft_wrap=True)
MILLION = 1_000_000
ROUNDS = 5
# Reads by name; whatever else is called on S3 is priced as a write.
_S3_READS = ("GetObject", "HeadObject", "GetObjectTagging")
_S3_FREE = ("DeleteObject", "DeleteObjects", "DeleteObjectTagging")
# Delivering a message to a function: sent by SNS or S3, received, deleted.
SQS_REQUESTS = 3
STREAMED = ("live",)  # these read a table's stream, and have no queue


@dataclass(frozen=True, slots=True)
class Work:
    """What one photo is to a function. `calls` are counted by "service:Operation".

    `units` are those that DynamoDB charges: of `write`, `index` (writes of it) and `read`.
    `filtered_bytes` are what the filters of subscriptions read of its messages.
    """

    name: str
    memory_mb: int
    messages: int
    cpu_ms: float
    calls: Mapping[str, int]
    units: Mapping[str, int]
    log_bytes: int
    filtered_bytes: int

    @property
    def waiting_ms(self) -> float:
        """For answers of AWS, by the assumed round trips."""
        return sum(
            prices.ROUND_TRIP_MS.get(name.partition(":")[0], 0.0) * count
            for name, count in self.calls.items()
        )

    @property
    def computing(self) -> float:
        """Dollars for the function's own time, and for being called."""
        seconds = (self.cpu_ms + self.waiting_ms) / 1000
        gigabyte_seconds = seconds * self.memory_mb / 1024
        return gigabyte_seconds * prices.LAMBDA_GB_SECOND + self.messages * prices.LAMBDA_REQUEST

    @property
    def requests(self) -> float:
        """Dollars for queue, storage, tables, topics and log."""
        asked = sum(_price(name) * count for name, count in self.calls.items())
        asked += self.write_units * prices.DYNAMODB_WRITE_UNIT
        asked += self.units.get("read", 0) * prices.DYNAMODB_READ_UNIT
        if self.name not in STREAMED:
            asked += self.messages * SQS_REQUESTS * prices.SQS_REQUEST
        asked += self.filtered_bytes / 1e9 * prices.SNS_FILTERED_GB
        lines = self.log_bytes + self.messages * prices.LOG_BYTES_OF_LAMBDA
        return asked + lines / 1e9 * prices.LOG_GB

    @property
    def write_units(self) -> int:
        """Units of writes, those of indexes among them."""
        return self.units.get("write", 0) + self.units.get("index", 0)


def _price(name: str) -> float:
    service, _, operation = name.partition(":")
    if service == "s3":
        if operation in _S3_FREE:
            return 0.0
        return prices.S3_READ if operation in _S3_READS else prices.S3_WRITE
    if service == "dynamodb" and operation == "Query":
        return prices.DYNAMODB_READ_UNIT  # of a few small items
    return prices.SNS_PUBLISH if service == "sns" else 0.0


def main() -> int:
    """The exit status of a measurement: 0."""
    HOME.mkdir(parents=True, exist_ok=True)
    console.print("Photos: made once, in about two minutes, then kept")
    costs = cost_table(measured(prepare_cases()[0].path))
    console.print("\n".join(costs), markup=False)
    write_section("cost", costs)
    return 0


def measured(photo: Path) -> list[Work]:
    """A photo through every handler, in the development environment.

    Raises:
        CommandError: a handler failed.
    """
    path = os.pathsep.join([LAYERS, str(ROOT)])
    done = subprocess.run(
        [str(TOOLS / "python"), "-m", "bench.handling", str(photo), str(ROUNDS)],
        cwd=ROOT,
        env={"PATH": os.defpath, "HOME": os.environ.get("HOME", ""), "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise CommandError(f"the functions' work could not be measured: {last}")
    return [Work(**each) for each in json.loads(done.stdout)]


def cost_table(works: Sequence[Work]) -> list[str]:
    """A line a function and one for all, and what it rests on."""
    lines: list[Sequence[str]] = [
        (
            "function",
            "MB",
            "calls of it",
            "CPU ms",
            "waiting ms",
            "units",
            "Lambda $",
            "other $",
            "in all $",
        )
    ]
    for work in works:
        total = work.computing + work.requests
        lines.append(
            (
                work.name,
                str(work.memory_mb),
                str(work.messages),
                f"{work.cpu_ms:.0f}",
                f"{work.waiting_ms:.0f}",
                str(work.write_units),
                *(f"{MILLION * dollars:.2f}" for dollars in (work.computing, work.requests, total)),
            )
        )
    computing = MILLION * sum(work.computing for work in works)
    requests = MILLION * sum(work.requests for work in works)
    sums = (f"{computing:.2f}", f"{requests:.2f}", f"{computing + requests:.2f}")
    units = str(sum(work.write_units for work in works))
    lines.append(("in all", "", "", "", "", units, *sums))
    trips = ", ".join(f"{name} {ms:.0f} ms" for name, ms in prices.ROUND_TRIP_MS.items())
    return [
        "Dollars for a million photos of 12 megapixels, arm64, us-east-1, list prices of "
        f"{prices.AS_OF} (bench/prices.py) without free tiers, each message an invocation of its "
        "own. CPU is measured here, in the real handlers against AWS simulated in memory; a round "
        f"trip to AWS is assumed, not measured: {trips}. Writes are counted in units, by the "
        "items' sizes and with their indexes. Each change of a table that is news wakes live, "
        "with no page open. Not in it: storage, transfer to users, delivery of mails, reminders, "
        "what functions that work on a photo at once refuse each other, and alarms and metrics, "
        "which are a sum a month.",
        "",
        *grid(lines),
    ]


if __name__ == "__main__":
    run_command(main)
