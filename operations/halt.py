"""`make halt [REASON=…] [OFF=1]`: stop backfill, reprocess, reconcile and the emptying of bins."""

from __future__ import annotations

from darkroom.repair.halt import Halt

from operations.arguments import Arguments
from operations.aws_errors import explained
from operations.command import run_command
from operations.deployment import Deployment, find_deployment
from operations.screen import console


@explained()
def main() -> int:
    """The exit status, after setting or lifting the halt switch."""
    arguments = Arguments.of_environment()
    off = arguments.flag("OFF")
    deployment = find_deployment()
    switch = halt_of(deployment)
    if off:
        switch.lift()
        console.print(f"[green]{deployment.where} is no longer halted[/]")
    else:
        switch.set(arguments.text("REASON", "an operator said so"))
        console.print(
            f"[yellow]{deployment.where} is halted[/]: nothing is republished, and no bin "
            "emptied, until `make halt OFF=1`. Messages in the queues and new uploads are "
            "processed as always."
        )
    return 0


def halt_of(deployment: Deployment) -> Halt:
    """The halt switch of a deployment."""
    return Halt(deployment.client("dynamodb"), deployment.output("IdempotencyTableName"))


if __name__ == "__main__":
    run_command(main)
