"""The stacks beside a main stack, such as its catalogue: their names, and what they have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal, Self, get_args

from operations.arguments import Arguments
from operations.command import CommandError
from operations.deployment import Deployment, outputs_of

Kind = Literal["catalogue", "search", "share", "athena"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True)
class StackBeside:
    """A stack of one kind beside a deployment."""

    kind: ClassVar[Kind]

    name: str
    deployment: Deployment
    outputs: Mapping[str, str]

    @property
    def where(self) -> str:
        """The stack as people say where it is."""
        return f"the {self.kind} {self.name} of {self.deployment.where}"

    @classmethod
    def find(cls, deployment: Deployment, arguments: Arguments) -> Self:
        """The stack that CATALOGUE, for one, names; by default the one named after its main stack.

        Raises:
            CommandError: there is none.
        """
        name = name_beside(deployment, cls.kind, arguments)
        outputs = outputs_beside(deployment, cls.kind, arguments)
        if outputs is None:
            raise CommandError(
                f"{deployment.where} has no {cls.kind} {name}: name its stack with "
                f"{cls.kind.upper()}=…, or deploy one (docs/{cls.kind}.md)"
            )
        return cls(name, deployment, outputs)


def name_beside(deployment: Deployment, kind: Kind, arguments: Arguments | None = None) -> str:
    """The name of that stack, whether there is one or not."""
    chosen = arguments or Arguments.of_environment()
    return chosen.text(kind.upper(), f"{deployment.stack}-{kind}")


def outputs_beside(
    deployment: Deployment, kind: Kind, arguments: Arguments | None = None
) -> Mapping[str, str] | None:
    """The outputs of that stack; None if there is no such stack."""
    name = name_beside(deployment, kind, arguments)
    return outputs_of(deployment.client("cloudformation"), name)
