"""The stack that the catalogue is: what it has to be told, where it is, and its database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

from botocore.exceptions import ClientError
from darkroom.catalogue.connections import Address, Connection, Login, Tls, connect
from darkroom.catalogue.store import Store

from operations.arguments import Arguments
from operations.command import CommandError
from operations.deployment import Deployment


@dataclass(frozen=True)
class CatalogueStack:
    """A catalogue beside a deployment, and its database, which is reached from here."""

    name: str
    deployment: Deployment
    outputs: Mapping[str, str]

    @property
    def where(self) -> str:
        """The catalogue as people say where it is."""
        return f"the catalogue {self.name} of {self.deployment.where}"

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


def find_catalogue(deployment: Deployment, arguments: Arguments) -> CatalogueStack:
    """The catalogue that CATALOGUE names; by default the one named after its main stack.

    Raises:
        CommandError: there is none.
    """
    name = arguments.text("CATALOGUE", f"{deployment.stack}-catalogue")
    try:
        answer = deployment.client("cloudformation").describe_stacks(StackName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise CommandError(
            f"{deployment.where} has no catalogue {name}: name its stack with CATALOGUE=…, or "
            "deploy one (docs/catalogue.md)"
        ) from error
    outputs = answer["Stacks"][0].get("Outputs", [])
    return CatalogueStack(
        name, deployment, {output["OutputKey"]: output["OutputValue"] for output in outputs}
    )
