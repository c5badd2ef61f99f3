"""What backfill and reprocess have in common: plan, check the cost, publish, say what is next."""

from __future__ import annotations

from operations.arguments import Arguments
from operations.campaign import Campaign, Choose
from operations.command import CommandError
from operations.deployment import Deployment
from operations.prices import dollars
from operations.screen import console

_RATE = 5.0  # photos a second, which ten concurrent runs of each function process with ease
_DOLLARS = 50.0


def send(deployment: Deployment, arguments: Arguments, command: str, choose: Choose) -> int:
    """The exit status of a campaign: 0 if it is finished, or was only planned."""
    rate = arguments.number("RATE", _RATE, least=0.1, most=1000)
    most = arguments.number("DOLLARS", _DOLLARS, least=0, most=1e6)
    dry = arguments.flag("DRY_RUN")
    campaign = Campaign(deployment, command, arguments.prefix(), choose)
    if arguments.flag("RESTART"):
        campaign.restart()
    console.print(f"{command} of {campaign.state.prefix} in {deployment.where}")
    if campaign.state.last:
        console.print(
            f"  continues after {campaign.state.last}, with {campaign.state.published} photos "
            "published (RESTART=1 begins again)"
        )
    plan = campaign.plan()
    console.print(f"  {plan.sentence(rate)}")
    if dry or not plan.photos:
        console.print(
            "dry run: nothing was published" if dry else "[green]there is nothing to do[/]"
        )
        return 0
    cost = dollars(plan.photos, plan.bytes)
    if cost > most:
        raise CommandError(
            f"this may cost ${cost:.2f}, more than DOLLARS={most:g}: raise DOLLARS if you mean it"
        )
    try:
        campaign.run(plan, rate)
    except KeyboardInterrupt:
        console.print(
            f"[yellow]stopped after {campaign.state.published} photos[/]: "
            "the same command continues from here"
        )
        return 130
    console.print(
        f"[green]{campaign.state.published} photos published[/]; when they are done: make audit"
    )
    return 0
