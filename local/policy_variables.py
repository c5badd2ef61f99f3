"""IAM policy variables, `${cognito-identity.amazonaws.com:sub}` and the like, put into statements.

AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
What has no value fails closed: such an Allow grants nothing, such a Deny denies whatever it names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

_VARIABLE = re.compile(r"\$\{\s*([^},]+?)\s*(?:,\s*'([^']*)'\s*)?\}")
_WILDCARDS = frozenset("*?")


class Statement(Protocol):
    """The parts of a parsed policy statement that can hold variables."""

    effect: str
    resources: list[str]
    not_resources: list[str]
    conditions: dict[str, Any]


AnyStatement = TypeVar("AnyStatement", bound=Statement)


class _NoValueError(Exception):
    pass


def substitute(
    policies: Sequence[Sequence[AnyStatement]], variables: Mapping[str, str]
) -> list[list[AnyStatement]]:
    """The same policies with every variable replaced. Names in `variables` are in lower case."""
    return [
        [filled for statement in policy if (filled := _fill(statement, variables)) is not None]
        for policy in policies
    ]


def _fill(statement: AnyStatement, variables: Mapping[str, str]) -> AnyStatement | None:
    parts: dict[str, Any]
    try:
        parts = {
            name: _replace(getattr(statement, name), variables)
            for name in ("resources", "not_resources", "conditions")
        }
    except _NoValueError:
        if statement.effect == "Allow":
            return None
        parts = {"resources": ["*"], "not_resources": [], "conditions": {}}
    filled: AnyStatement = replace(statement, **parts)  # type: ignore[type-var]  # a dataclass
    return filled


def _replace(value: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _replace(part, variables) for name, part in value.items()}
    if isinstance(value, list):
        return [_replace(part, variables) for part in value]
    if isinstance(value, str):
        return _VARIABLE.sub(lambda match: _value(match, variables), value)
    return value


def _value(match: re.Match[str], variables: Mapping[str, str]) -> str:
    name, default = match.groups()
    value = variables.get(name.lower(), default)
    # A wildcard inside a value would be read as one; AWS takes it literally.
    if not value or _WILDCARDS & set(value):
        raise _NoValueError(name)
    return value
