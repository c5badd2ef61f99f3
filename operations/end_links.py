"""`make end-links LINK=…` or `OWNER=…`, `[DRY_RUN=1]`: end one link, or all of an owner's.

Each ends as its owner ends it: from the next request on it shows nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from darkroom.errors import TransientError
from darkroom.share.links import NoSuchLink

from operations.arguments import Arguments
from operations.aws_errors import explained
from operations.command import CommandError, run_command
from operations.deployment import find_deployment
from operations.screen import console
from operations.share_stack import ShareStack
from operations.shared_links import SharedLink, chosen, counted, show, show_none


@explained()
def main() -> int:
    """The exit status: 1 if a link is open all the same, such as one that was made meanwhile."""
    arguments = Arguments.of_environment()
    dry = arguments.flag("DRY_RUN")
    share = ShareStack.find(find_deployment(), arguments)
    console.print(f"End links of {share.where}" + (" (dry run)" if dry else ""))
    links = chosen(share, arguments)
    if not links:
        show_none(share, arguments)
        console.print("[green]0 links ended[/]")
        return 0
    show(share, links)
    if dry:
        console.print(f"{counted(len(links))} would be ended; nothing was done")
        return 0
    console.print(f"[green]{counted(end(share, links))} ended[/]: what they show is nothing now")
    left = chosen(share, arguments)
    if left:
        console.print(f"[red]{counted(len(left))} open[/], made meanwhile: run it again")
    return 1 if left else 0


def end(share: ShareStack, links: Sequence[SharedLink]) -> int:
    """End links; how many were still open.

    Raises:
        CommandError: its owner changes their links all the time, or DynamoDB is busy.
    """
    owners, ended = share.owners_links, 0
    for link in links:
        try:
            owners.end(link.owner, link.id)
        except NoSuchLink:  # its owner has ended it meanwhile
            continue
        except TransientError as error:
            raise CommandError(
                f"{counted(ended)} of {len(links)} ended, then: {error} Run it again for the rest."
            ) from error
        ended += 1
    return ended


if __name__ == "__main__":
    run_command(main)
