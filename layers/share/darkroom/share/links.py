"""Links: found by their tokens, and what each of their owners has.

A link is found by the hash of its token, with one consistent read and no other way: so one that was
ended is gone with the next request. Its owner's links are one item beside it, and both change in
one transaction. So there are never more of them than may be, and the list is never behind.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Table, Write, absent, transact
from darkroom.aws.errors import ConditionFailed
from darkroom.errors import DarkroomError, TransientError
from darkroom.moments import timestamp
from darkroom.share.tokens import id_of, new_token

if TYPE_CHECKING:
    from darkroom.model import LinkItem, OpenLink, SharedFile, SharerItem
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_LINKS = 100  # of an owner, at a time
_RACES = 8  # of requests of one owner


class TooManyLinks(DarkroomError):
    """The owner has as many links as one may have."""


class NoSuchLink(DarkroomError):
    """The owner has no such link, or it has ended."""


class Links:
    """All links, for whoever has the token of one."""

    def __init__(self, client: DynamoDBClient, links_table: str) -> None:
        self._links: Table[LinkItem] = Table(client, links_table)

    def find(self, token: str) -> LinkItem | None:
        """The link with a token; None if there is none, or it has ended."""
        return self.with_id(id_of(token))

    def with_id(self, link_id: str) -> LinkItem | None:
        """The link with an id; None if there is none, or it has ended.

        The end is looked at here: DynamoDB deletes what has expired some time later.
        """
        found = self._links.get({"link_id": link_id})
        return found if found is not None and found["ends_at"] > timestamp() else None


class OwnersLinks:
    """The links of each owner, for the owners."""

    def __init__(self, client: DynamoDBClient, *, links_table: str, sharers_table: str) -> None:
        self._client = client
        self._links: Table[LinkItem] = Table(client, links_table)
        self._sharers: Table[SharerItem] = Table(client, sharers_table)

    def all(self, owner: str) -> dict[str, OpenLink]:
        """An owner's open links, by their ids."""
        return _open(self._sharers.get({"identity_id": owner}))

    def make(
        self, owner: str, files: Sequence[SharedFile], *, title: str, days: int
    ) -> tuple[str, OpenLink]:
        """A new link's token, which nobody is told again, and the link.

        Raises:
            TooManyLinks: the owner has as many as may be.
            TransientError: other changes of the owner's kept winning.
        """
        token, now = new_token(), datetime.now(UTC)
        ends = now + timedelta(days=days)
        link: OpenLink = {
            "title": title,
            "files": len(files),
            "made_at": timestamp(now),
            "ends_at": timestamp(ends),
        }
        item: LinkItem = {
            "link_id": id_of(token),
            "identity_id": owner,
            "title": title,
            "files": list(files),
            "made_at": link["made_at"],
            "ends_at": link["ends_at"],
            "expiration": int(ends.timestamp()),
        }

        def change(links: dict[str, OpenLink]) -> Write:
            if len(links) >= MOST_LINKS:
                raise TooManyLinks(
                    f"You have {MOST_LINKS} links, which is the most. End one that nobody needs."
                )
            links[item["link_id"]] = link
            return self._links.put(item).when(absent("link_id"))

        self._change(owner, change)
        return token, link

    def end(self, owner: str, link_id: str) -> None:
        """End a link: it shows nothing from now on.

        Raises:
            NoSuchLink: the owner has none with this id.
            TransientError: other changes of the owner's kept winning.
        """

        def change(links: dict[str, OpenLink]) -> Write:
            if links.pop(link_id, None) is None:
                raise NoSuchLink(link_id)
            return self._links.delete({"link_id": link_id})

        self._change(owner, change)

    def _change(self, owner: str, change: Callable[[dict[str, OpenLink]], Write]) -> None:
        """Change an owner's open links, and the link that `change` writes, both or neither."""
        for _ in range(_RACES):
            found = self._sharers.get({"identity_id": owner})
            links = _open(found)
            write = change(links)
            try:
                transact(self._client, [write, self._replace(owner, found, links)])
            except ConditionFailed:
                continue
            return
        raise TransientError(f"The links of {owner} are changed by too many at once.")

    def _replace(self, owner: str, found: SharerItem | None, links: dict[str, OpenLink]) -> Write:
        """The write of an owner's links, if they are still as they were found."""
        last = max((link["ends_at"] for link in links.values()), default=timestamp())
        item: SharerItem = {
            "identity_id": owner,
            "links": links,
            "revision": secrets.token_hex(8),
            "expiration": int(datetime.fromisoformat(last).timestamp()) + 1,
        }
        write = self._sharers.put(item)
        if found is None:
            return write.when(absent("identity_id"))
        return write.when(revision=found["revision"])


def _open(found: SharerItem | None) -> dict[str, OpenLink]:
    now = timestamp()
    links = found["links"] if found is not None else {}
    return {name: link for name, link in links.items() if link["ends_at"] > now}
