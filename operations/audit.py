"""`make audit`: check every guarantee for everything that is stored. It changes nothing."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from darkroom.units import size

from operations.arguments import Arguments
from operations.aws_errors import explained
from operations.command import run_command
from operations.deployment import find_deployment
from operations.examination import Examination, Examiner
from operations.screen import console, shorten

_SHOWN = 50
_GRACE_SECONDS = 900  # the default: an upload that takes longer is stuck


@explained()
def main() -> int:
    """The exit status: 1 if the audit found something wrong."""
    arguments = Arguments.of_environment()
    grace = arguments.number("GRACE", _GRACE_SECONDS, least=0, most=604_800)
    deployment = find_deployment()
    console.print(
        f"Audit of {deployment.where}; an upload of the last {grace:g} s may still be in progress"
    )
    examiner = Examiner(deployment, grace=timedelta(seconds=grace))
    with console.status("Reading …") as status:
        for so_far in examiner.run():
            status.update(f"{so_far.users} users, {so_far.uploads} uploads …")
    show(examiner.result)
    return 1 if examiner.result.findings else 0


def show(result: Examination) -> None:
    """Print what was counted, and what is wrong."""
    ends, kinds = counted(result.ends), counted(result.kinds)
    console.print(f"  uploads        {result.uploads} ({size(result.uploaded_bytes)})")
    console.print(f"  users          {result.users}")
    console.print(f"  ends           {ends}; {result.in_progress} in progress")
    console.print(f"  kinds          {kinds}")
    console.print(f"  outputs        {result.outputs} ({size(result.output_bytes)})")
    console.print(f"  notifications  {result.notifications}")
    console.print(f"  dead letters   {sum(result.dead_letters.values())}")
    for finding in result.findings[:_SHOWN]:
        console.print(f"[red]✕[/] {shorten(finding, 200)}")
    if len(result.findings) > _SHOWN:
        console.print(f"[red]✕[/] and {len(result.findings) - _SHOWN} more")
    if not result.findings:
        console.print("[green]✓ everything adds up[/]")


def counted(counter: Counter[str]) -> str:
    """`7 processed, 3 rejected`."""
    return ", ".join(f"{count} {name}" for name, count in sorted(counter.items())) or "none"


if __name__ == "__main__":
    run_command(main)
