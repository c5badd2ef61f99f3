"""`make catalogue-parameters` and others like it: what `sam deploy` has to be told.

A stack beside the main one is told outputs of it, which are its own parameters by the same names.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

from operations.aws_errors import explained
from operations.beside import KINDS, Kind
from operations.command import run_command
from operations.deployment import find_deployment


@dataclass(frozen=True)
class Told:
    """The outputs of the main stack that a stack beside it is told, and those it is told if any."""

    always: tuple[str, ...]
    if_there: tuple[str, ...] = ()


TOLD: dict[Kind, Told] = {
    "catalogue": Told(
        (
            "ProcessedTopicArn",
            "RemovalsTopicArn",
            "NotificationsTopicArn",
            "AlarmsTopicArn",
            "ImagesTableName",
            "NotificationsTableName",
            "IdempotencyTableName",
            "AnswersStreamArn",
        )
    ),
    "search": Told(
        (
            "ProcessedTopicArn",
            "RemovalsTopicArn",
            "NotificationsTopicArn",
            "AlarmsTopicArn",
            "ImagesTableName",
            "IdempotencyTableName",
            "ProcessedBucketName",
            "UserRoleName",
        ),
        # Of a main stack with guests, and of one with a page.
        if_there=("GuestRoleName", "PageOrigins"),
    ),
    "share": Told(
        ("AlarmsTopicArn", "ImagesTableName", "ProcessedBucketName", "UserRoleName"),
        if_there=("PageOrigins",),
    ),
    "athena": Told(
        (
            "ProcessedTopicArn",
            "RemovalsTopicArn",
            "AlarmsTopicArn",
            "ImagesTableName",
            "IdempotencyTableName",
            "ProcessedBucketName",
            "UserRoleName",
        ),
        if_there=("PageOrigins",),
    ),
}


@explained()
def main() -> int:
    """Print them in one line, as `--parameter-overrides` takes them."""
    [kind] = [kind for kind in KINDS if kind == sys.argv[1]]
    deployment = find_deployment()
    always = {name: deployment.output(name) for name in TOLD[kind].always}
    sys.stdout.write(" ".join(overrides(kind, {**deployment.outputs, **always})) + "\n")
    return 0


def overrides(kind: Kind, outputs: Mapping[str, str]) -> list[str]:
    """The parameters of a stack that are outputs of its main stack: `Name=value`."""
    told = TOLD[kind]
    there = [name for name in told.if_there if outputs.get(name)]  # sam takes no empty value
    return [f"{name}={outputs[name]}" for name in (*told.always, *there)]


if __name__ == "__main__":
    run_command(main)
