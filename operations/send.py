"""What backfill and reprocess do alike: plan, mind the cost, publish, say what is next."""

from __future__ import annotations

from operations.arguments import Arguments
from operations.campaign import Campaign, Choose
from operations.command import CommandError
from operations.deployment import Deployment
from operations.prices import dollars
from operations.screen import console

_RATE = 5.0  # photos a second: what ten runs of each function at a time work off with ease
_DOLLARS = 50.0


def send(deployment: Deployment, arguments: Arguments, command: str, choose: Choose) -> int:
    """Carry out a campaign as the arguments say; 0 when it is finished or only planned."""
    rate = arguments.number("RATE", _RATE, least=0.1, most=1000)
    most = arguments.number("DOLLARS", _DOLLARS, least=0, most=1e6)
    dry = arguments.flag("DRY_RUN")
    campaign = Campaign(deployment, command, arguments.prefix(), choose)
    if arguments.flag("RESTART"):
        campaign.restart()
    console.print(f"{command} of {campaign.state.prefix} in {deployment.where}")
    if campaign.state.last:
        console.print(
            f"  going on after {campaign.state.last}, {campaign.state.published} are done "
            "(RESTART=1 begins anew)"
        )
    plan = campaign.plan()
    console.print(f"  {plan.sentence(rate)}")
    if dry or not plan.photos:
        console.print("nothing was done: a dry run" if dry else "[green]there is nothing to do[/]")
        return 0
    cost = dollars(plan.photos, plan.bytes)
    if cost > most:
        raise CommandError(
            f"that may cost ${cost:.2f}, more than DOLLARS={most:g} allows: raise it if you mean it"
        )
    try:
        campaign.run(plan, rate)
    except KeyboardInterrupt:
        console.print(
            f"[yellow]stopped after {campaign.state.published}[/]: "
            "the same command goes on from here"
        )
        return 130
    console.print(
        f"[green]{campaign.state.published} published[/]; the functions work them off: make audit"
    )
    return 0
