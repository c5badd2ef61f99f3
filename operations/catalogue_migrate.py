"""`make catalogue-migrate`: make the catalogue's tables, or bring them up to date."""

from __future__ import annotations

import json

from operations.arguments import Arguments
from operations.aws_errors import explained
from operations.catalogue_stack import CatalogueStack
from operations.command import CommandError, run_command
from operations.deployment import find_deployment
from operations.screen import console


@explained()
def main() -> int:
    """Apply what was not applied, and say so."""
    catalogue = CatalogueStack.find(find_deployment(), Arguments.of_environment())
    applied = migrate(catalogue)
    console.print(f"{catalogue.where}: {', '.join(applied) or 'everything was applied before'}")
    return 0


def migrate(catalogue: CatalogueStack) -> list[str]:
    """The migrations that were applied, by the stack's own function: it may, and is near.

    Raises:
        CommandError: it failed.
    """
    answer = catalogue.deployment.client("lambda").invoke(
        FunctionName=catalogue.outputs["MigrateFunctionName"], Payload=b"{}"
    )
    result = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise CommandError(f"the function migrate failed: {result.get('errorMessage', result)}")
    applied: list[str] = result
    return applied


if __name__ == "__main__":
    run_command(main)
