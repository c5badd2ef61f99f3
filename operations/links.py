"""`make links OWNER=…` or `LINK=…`: an owner's open links, or whose one is. It changes nothing."""

from __future__ import annotations

from operations.arguments import Arguments
from operations.aws_errors import explained
from operations.command import run_command
from operations.deployment import find_deployment
from operations.screen import console
from operations.share_stack import ShareStack
from operations.shared_links import chosen, counted, show, show_none


@explained()
def main() -> int:
    """The exit status, after showing the links."""
    arguments = Arguments.of_environment()
    share = ShareStack.find(find_deployment(), arguments)
    console.print(f"Links of {share.where}")
    links = chosen(share, arguments)
    if not links:
        show_none(share, arguments)
        return 0
    show(share, links)
    are = "is" if len(links) == 1 else "are"
    console.print(f"{counted(len(links))} {are} open: make end-links, with OWNER=… or LINK=…")
    return 0


if __name__ == "__main__":
    run_command(main)
