"""Links that owners have given away, as an operator names them and is shown them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from darkroom.share.tokens import id_of

from operations.arguments import Arguments
from operations.command import CommandError
from operations.screen import console, shorten
from operations.share_stack import ShareStack
from operations.users import Users

# An address has the token behind `/s/`, and may go on to a picture: `…/s/{token}/1/small`.
_TOKEN = re.compile(r"(?:.*/s/)?([A-Za-z0-9_-]{24})(?:[/?#].*)?", re.DOTALL)
_ID = re.compile(r"[0-9a-f]{64}")
_SHOWN_FILES = 5  # of each link of an owner's; of one link all are shown
_LONGEST = 68  # characters of a title or a path, which leaves room for its heading in 80 columns


@dataclass(frozen=True)
class SharedLink:
    """An open link; `paths` are those of its files, below their owner's folder."""

    id: str
    owner: str
    title: str
    made_at: str
    ends_at: str
    paths: Sequence[str]


def chosen(share: ShareStack, arguments: Arguments) -> list[SharedLink]:
    """The open links that LINK or OWNER names; an owner's newest first.

    Raises:
        CommandError: neither or both are given, or what is given can be neither.
    """
    address, owner = arguments.text("LINK"), arguments.text("OWNER")
    if bool(address) == bool(owner):
        raise CommandError(
            "LINK=address names one link, and OWNER=e-mail or identity all of an owner's: "
            "give one of the two"
        )
    if address:
        return _with_id(share, link_id_of(address))
    identities = Users(share.deployment).identities(owner)
    found = [link for identity in identities for link in _of_owner(share, identity)]
    return sorted(found, key=lambda link: link.made_at, reverse=True)


def link_id_of(text: str) -> str:
    """The id of the link that LINK names: by its address, its token, or the id itself.

    Raises:
        CommandError: it is none of these.
    """
    if _ID.fullmatch(text):
        return text
    found = _TOKEN.fullmatch(text)
    if found is None:
        raise CommandError(
            f"LINK={text} is not the whole of a link: it takes its address, …/s/ and 24 "
            "characters, these 24 alone, or the id of 64 that make links shows"
        )
    return id_of(found[1])


def show_none(share: ShareStack, arguments: Arguments) -> None:
    """Print that no link is open, and what may be wrong with what names one."""
    if owner := arguments.text("OWNER"):
        users = Users(share.deployment)
        console.print("no link of this owner's is open:")
        for identity in users.identities(owner):
            console.print(f"  {identity}")
            _line("user", users.describe(identity))
        return
    console.print("no such link is open here: it has ended, or it is of another stack.")
    console.print("Addresses of this one begin with")
    console.print(f"  {share.show_url}/", soft_wrap=True)


def show(share: ShareStack, links: Sequence[SharedLink]) -> None:
    """Print links: whose each is, what it shows, since when and until when."""
    users = Users(share.deployment)
    names = {owner: users.describe(owner) for owner in {link.owner for link in links}}
    most = None if len(links) == 1 else _SHOWN_FILES
    for link in links:
        console.print(f"\n[bold]{link.id}[/]", soft_wrap=True)
        _line("owner", link.owner)
        _line("user", names[link.owner])
        _line("title", link.title or "—")
        _line("made", _moment(link.made_at))
        _line("ends", _moment(link.ends_at))
        _line("files", str(len(link.paths)))
        for path in link.paths[:most]:
            _line("", path)
        if most is not None and len(link.paths) > most:
            _line("", f"… and {len(link.paths) - most} more")
    console.print()


def counted(number: int) -> str:
    """A number of links in words: `1 link`, `2 links`."""
    return f"{number} link{'' if number == 1 else 's'}"


def _with_id(share: ShareStack, link_id: str) -> list[SharedLink]:
    found = share.links.with_id(link_id)
    if found is None:
        return []
    paths = [file["path"] for file in found["files"]]
    made_at, ends_at = found["made_at"], found["ends_at"]
    return [SharedLink(link_id, found["identity_id"], found["title"], made_at, ends_at, paths)]


def _of_owner(share: ShareStack, identity_id: str) -> list[SharedLink]:
    """An owner's links. One that is on their list alone, and shows nothing, has no files."""
    links = []
    for link_id, link in share.owners_links.all(identity_id).items():
        listed = SharedLink(
            link_id, identity_id, link["title"], link["made_at"], link["ends_at"], ()
        )
        links += _with_id(share, link_id) or [listed]
    return links


def _line(heading: str, text: str) -> None:
    console.print(f"  {heading:7} {shorten(text, _LONGEST)}")


def _moment(moment: str) -> str:
    """A stored moment to the minute: `2026-11-28 09:30 UTC`."""
    return f"{moment[:16].replace('T', ' ')} UTC"
