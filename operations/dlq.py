"""`make dlq`: the dead letters of every function, and why each was given up."""

from __future__ import annotations

from rich.table import Table

from operations.arguments import Arguments
from operations.aws_errors import explained
from operations.command import run_command
from operations.dead_letters import DeadLetter, dead_letters
from operations.deployment import find_deployment
from operations.queues import work_queues
from operations.screen import age, console, shorten

_NO_NOTE = "none recorded: killed for time or memory, or never run; see its log"


@explained()
def main() -> int:
    """The exit status, after listing all dead letters by function."""
    arguments = Arguments.of_environment()
    deployment = find_deployment()
    console.print(f"Dead letters of {deployment.where}")
    total = 0
    for queue in work_queues(deployment, arguments.text("FUNCTION")):
        found = list(dead_letters(deployment, queue))
        total += len(found)
        if found:
            console.print()
            console.print(f"[bold]{queue.function}[/]: {len(found)}")
            console.print(_table(found))
    if total:
        console.print(
            "\nWhen the cause is mended: make redrive, with FUNCTION=…, KEY=… or DRY_RUN=1"
        )
    else:
        console.print("[green]none[/]")
    return 0


def _table(found: list[DeadLetter]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("image", "user", "reason", "attempts", "age", "last error"):
        table.add_column(heading, overflow="fold", header_style="dim")
    for dead_letter in sorted(found, key=lambda each: each.message.sent_at):
        failure = dead_letter.failure
        table.add_row(
            shorten(dead_letter.image.split("/", 2)[-1] or "—", 40),
            shorten(dead_letter.user or "—", 24),
            dead_letter.reason,
            str(failure.attempts) if failure else "?",
            age(dead_letter.age_seconds),
            shorten(failure.error if failure else _NO_NOTE, 200),
        )
    return table


if __name__ == "__main__":
    run_command(main)
