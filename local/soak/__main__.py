"""`make soak N=5000 CONCURRENCY=4 KINDS=picture,video,table`: upload a burst, measure, audit it."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from darkroom.kinds import Kind
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from local.cloud import STACK, LocalCloud
from local.paths import ROOT
from local.soak.burst import FAILING, Burst, Failing, Tap
from local.soak.files import FILES
from local.soak.gauges import Gauges, growth
from local.soak.plan import PICTURES, jobs
from local.soak.plot import backlog_plot
from operations.arguments import Arguments
from operations.command import CommandError, run_command
from operations.deployment import Deployment
from operations.examination import Examiner
from operations.queues import depth, work_queues
from operations.redrive import redrive
from operations.screen import Screen

OUTPUT = ROOT / "soak-output"
OUTAGE_SECONDS = 60.0
_STALLED_SECONDS = 900  # without progress: longer than the pause between two attempts
_ATTEMPTS_IN_OUTAGE = 15  # three times the attempts that a message has
_CONVERSION_SECONDS = 60  # many times what a film of a second takes on a busy machine
_FLAT = 1.25  # the most that a worker may grow from the second third of the time to the last

console = Screen(highlight=False)


def main() -> int:
    """The exit status of a soak: 0 if everything adds up and the workers' memory stays flat."""
    arguments = Arguments.of_environment()
    count = arguments.whole("N", 5000, least=20)
    threads = arguments.whole("CONCURRENCY", 4, least=1)
    outage = float(arguments.whole("OUTAGE", int(OUTAGE_SECONDS), least=0))
    kinds = kinds_of(arguments)
    OUTPUT.mkdir(exist_ok=True)
    with LocalCloud("soak") as cloud:
        with console.status("Building and deploying …"):
            cloud.build()
            cloud.deploy()
        report, plot = soak(cloud, count, threads, outage, kinds)
    (OUTPUT / "backlog.svg").write_text(plot)
    if path := os.environ.get("SOAK_JSON"):
        Path(path).write_text(json.dumps(report, indent=2))
    show(report)
    return 0 if report["passed"] else 1


def kinds_of(arguments: Arguments) -> tuple[Kind, ...]:
    """The kinds of files that are sent, in the order of KINDS; pictures alone by default.

    Raises:
        CommandError: one of them is no kind that a soak has files of, or stands there twice.
    """
    names = [name.strip() for name in arguments.text("KINDS", Kind.PICTURE).split(",")]
    for name in names:
        if name not in FILES or names.count(name) > 1:
            known = ",".join(FILES)
            raise CommandError(f"KINDS={','.join(names)}: give each of {known} once, or fewer")
    return tuple(map(Kind, names))


def soak(
    cloud: LocalCloud,
    count: int,
    threads: int,
    outage_seconds: float,
    kinds: Sequence[Kind] = PICTURES,
) -> tuple[dict[str, Any], str]:
    """The report of a burst into a deployed cloud, and the plot of its backlog."""
    deployment = Deployment(
        STACK, f"the local cloud at {cloud.endpoint}", cloud.outputs, cloud.client
    )
    if Kind.VIDEO in kinds:
        shorten_conversions(cloud)
    burst, tap = Burst.of(cloud), Tap(cloud)
    pause = max(1, round(outage_seconds / _ATTEMPTS_IN_OUTAGE))
    function = FAILING[kinds[0]]
    failing = Failing(cloud, function, visibility_seconds=pause)
    group = cloud.server.group
    columns = (TextColumn("  {task.description}"), BarColumn(40), MofNCompleteColumn(),
               TimeElapsedColumn())  # fmt: skip
    with (
        ThreadPoolExecutor(1) as background,
        Gauges(cloud, group) as gauges,
        Progress(*columns, console=console) as progress,
    ):
        bar = progress.add_task("files uploaded", total=count)
        failing.begin()
        mended = background.submit(failing.end_after, outage_seconds)
        burst.upload(jobs(count, kinds), threads, lambda n: progress.advance(bar, n))
        uploaded = time.monotonic() - gauges.began
        burst.redelivered = tap.deliver_again(burst.duplicates)
        outage_seconds = mended.result()
        redriven, stalled = drain(deployment, progress)
        drained = time.monotonic() - gauges.began
    with console.status("Auditing …"):
        examiner = Examiner(deployment, grace=timedelta(0))
        for _ in examiner.run():
            pass
    report = {
        "uploads": count,
        "threads": threads,
        "kept": len(burst.kept),
        "redelivered": burst.redelivered,
        "seconds_to_upload": round(uploaded, 1),
        "seconds_to_drain": round(drained, 1),
        "photos_per_second": round(count / drained, 1),
        "outage_seconds": round(outage_seconds, 1),
        "redriven": redriven,
        "stalled": stalled,
        "most_waiting": max(max(s.values()) for _, s in gauges.backlog),
        "latency_seconds": latencies(deployment, burst, gauges, outage_seconds),
        "memory_bytes": {
            n: {"before": a, "after": b} for n, (a, b) in growth(gauges.memory).items()
        },
        "audit": examiner.result.facts(),
    }
    report["faults"] = faults(report, burst)
    report["passed"] = not report["faults"]
    title = (
        f"{count:,} {'photos' if kinds == PICTURES else 'files'}, {threads} at a time; "
        f"{function.lower()} fails for {outage_seconds:.0f} s"
    )
    return report, backlog_plot(gauges.backlog, title=title, outage=(0, outage_seconds))


def shorten_conversions(cloud: LocalCloud) -> None:
    """Let a run of convert take a minute, which is enough for what is sent here.

    An event that comes twice while its video is converted is hidden for as long as that run may
    still take (`pipeline/hiding.py`): of 15 minutes the soak would wait for most.
    """
    cloud.client("lambda").update_function_configuration(
        FunctionName=cloud.physical_id("ConvertFunction"), Timeout=_CONVERSION_SECONDS
    )


def drain(deployment: Deployment, progress: Progress) -> tuple[int, int]:
    """How many dead letters were sent back until all was done, and how many messages stalled."""
    queues = work_queues(deployment)
    bar = progress.add_task("messages left", total=None)
    redriven, least, moved_at = 0, -1, time.monotonic()
    while time.monotonic() - moved_at < _STALLED_SECONDS:
        waiting = sum(depth(deployment, queue.url) for queue in queues if queue.url)
        progress.update(bar, description=f"messages left: {waiting}")
        dead = [queue for queue in queues if depth(deployment, queue.dead_letters_url)]
        if not waiting and not dead:
            progress.update(bar, total=1, completed=1)
            return redriven, 0
        if not waiting:
            redriven += sum(redrive(deployment, queue).moved for queue in dead)
            least = -1
        elif least < 0 or waiting < least:
            least, moved_at = waiting, time.monotonic()
        time.sleep(0.5)
    return redriven, max(least, 0)


def latencies(
    deployment: Deployment, burst: Burst, gauges: Gauges, outage_seconds: float
) -> dict[str, dict[str, float]]:
    """Percentiles of the seconds from upload to end, for photos of during and after the outage."""
    mended = time.time() - (time.monotonic() - gauges.began) + outage_seconds
    took: dict[str, list[float]] = {"put_during_outage": [], "put_after_outage": []}
    for user in burst.users:
        for image in user.images():
            put = burst.puts.get(image["image"])
            if put is None or "finished_at" not in image:
                continue  # the audit reports it
            done = datetime.fromisoformat(image["finished_at"]).timestamp()
            took["put_during_outage" if put < mended else "put_after_outage"].append(done - put)
    return {name: percentiles(values) for name, values in took.items() if values}


def percentiles(values: list[float]) -> dict[str, float]:
    """The 50th, 95th and 99th percentile by nearest rank, and the maximum."""
    ordered = sorted(values)
    ranks = {f"p{p}": ordered[max(0, -(-len(ordered) * p // 100) - 1)] for p in (50, 95, 99)}
    return {name: round(value, 2) for name, value in (ranks | {"most": ordered[-1]}).items()}


def faults(report: dict[str, Any], burst: Burst) -> list[str]:
    """Everything that is wrong: the findings of the audit, and what only the soak can know."""
    audit = report["audit"]
    found = list(audit["findings"])
    if report["stalled"]:
        found.append(f"{report['stalled']} messages were not processed in {_STALLED_SECONDS} s")
    if (audit["uploads"], audit["uploaded_bytes"]) != (len(burst.kept), sum(burst.kept.values())):
        found.append("the bucket does not hold what the users put into it")
    if sum(audit["ends"].values()) != len(burst.kept):
        found.append(f"{sum(audit['ends'].values())} ends of {len(burst.kept)} uploads")
    for name, sizes in report["memory_bytes"].items():
        if sizes["before"] and sizes["after"] > _FLAT * sizes["before"]:
            found.append(f"the worker of {name} grew from {sizes['before']} to {sizes['after']}")
    return found


def show(report: dict[str, Any]) -> None:
    """Print the figures and whether the soak passed."""
    audit = report["audit"]
    console.print(
        f"{report['uploads']} uploads in {report['seconds_to_upload']} s, drained after "
        f"{report['seconds_to_drain']} s: {report['photos_per_second']} photos a second"
    )
    console.print(f"  ends           {audit['ends']}, {audit['in_progress']} in progress")
    console.print(f"  kinds          {audit['kinds']}")
    console.print(f"  notifications  {audit['notifications']}")
    console.print(f"  redelivered    {report['redelivered']} events")
    console.print(f"  dead letters   {report['redriven']} redriven, {audit['dead_letters']} left")
    console.print(f"  most waiting   {report['most_waiting']} messages in one queue")
    for name, figures in report["latency_seconds"].items():
        told = ", ".join(f"{figure} {value:g} s" for figure, value in figures.items())
        console.print(f"  {name.replace('_', ' '):<20} {told}")
    for name, sizes in report["memory_bytes"].items():
        before, after = sizes["before"] / 1e6, sizes["after"] / 1e6
        console.print(f"  memory {name:<12} {before:.0f} MB, at the end {after:.0f} MB")
    console.print(f"  backlog plot   {(OUTPUT / 'backlog.svg').relative_to(ROOT)}")
    for fault in report["faults"][:20]:
        console.print(f"[red]✕[/] {fault}", markup=True)
    if report["passed"]:
        console.print("[green]✓ everything adds up[/]")


if __name__ == "__main__":
    run_command(main)
