"""The stack that the catalogue is, and its database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast, get_args

from darkroom.catalogue.connections import Address, Connection, Login, Tls, connect
from darkroom.catalogue.store import Store

from operations.beside import StackBeside
from operations.command import CommandError


@dataclass(frozen=True)
class CatalogueStack(StackBeside):
    """A catalogue beside a deployment, and its database, which is reached from here."""

    kind = "catalogue"

    @property
    def address(self) -> Address:
        """Where its database is."""
        login, tls = self.outputs["DatabaseLogin"], self.outputs["DatabaseTls"]
        if login not in get_args(Login) or tls not in get_args(Tls):
            raise CommandError(f"{self.where} is of another version: `sam deploy` updates it")
        return Address(
            endpoint=self.outputs["DatabaseEndpoint"],
            database=self.outputs["DatabaseName"],
            user=self.outputs["DatabaseUser"],
            login=cast(Login, login),
            tls=cast(Tls, tls),
            secret_arn=self.outputs.get("DatabaseSecretArn", ""),
        )

    def connect(self) -> Connection:
        """A connection to its database, with the operator's own credentials."""
        return connect(self.address, self.deployment.client)

    def store(self) -> Store:
        """Its database as what writes it has it."""
        return Store(self.connect)
