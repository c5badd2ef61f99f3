"""`make catalogue-parameters`: what `sam deploy` of the catalogue has to be told of its stack."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from operations.aws_errors import explained
from operations.command import run_command
from operations.deployment import find_deployment

# Outputs of the main stack that are parameters of the catalogue's, by the same name.
FROM_MAIN_STACK = (
    "ProcessedTopicArn",
    "RemovalsTopicArn",
    "NotificationsTopicArn",
    "AlarmsTopicArn",
    "ImagesTableName",
    "NotificationsTableName",
    "IdempotencyTableName",
    "AnswersStreamArn",
)


@explained()
def main() -> int:
    """Print them in one line, as `--parameter-overrides` takes them."""
    deployment = find_deployment()
    found = {name: deployment.output(name) for name in FROM_MAIN_STACK}
    sys.stdout.write(" ".join(overrides(found)) + "\n")
    return 0


def overrides(outputs: Mapping[str, str]) -> list[str]:
    """The parameters of the catalogue's stack that are outputs of the main stack: `Name=value`."""
    return [f"{name}={outputs[name]}" for name in FROM_MAIN_STACK]


if __name__ == "__main__":
    run_command(main)
