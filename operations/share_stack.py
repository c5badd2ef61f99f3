"""The stack that sharing is: where its links are."""

from __future__ import annotations

from dataclasses import dataclass

from darkroom.share.links import Links, OwnersLinks

from operations.api_url import api_url
from operations.beside import StackBeside
from operations.command import CommandError


@dataclass(frozen=True)
class ShareStack(StackBeside):
    """Sharing beside a deployment."""

    kind = "share"

    @property
    def show_url(self) -> str:
        """What the addresses of its links begin with."""
        url = self._output("ShowUrl")
        endpoint = self.deployment.endpoint
        return url if endpoint is None else api_url(url, endpoint)

    @property
    def links(self) -> Links:
        """All its links, each by its id."""
        return Links(self.deployment.client("dynamodb"), self._output("LinksTableName"))

    @property
    def owners_links(self) -> OwnersLinks:
        """Its links by their owners, who end them in the same way."""
        return OwnersLinks(
            self.deployment.client("dynamodb"),
            links_table=self._output("LinksTableName"),
            sharers_table=self._output("SharersTableName"),
        )

    def _output(self, name: str) -> str:
        if name not in self.outputs:
            raise CommandError(f"{self.where} is of another version: `sam deploy` updates it")
        return self.outputs[name]
