"""Policies may name their caller: `${cognito-identity.amazonaws.com:sub}` and the like.

AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
MiniStack compares such a variable literally, so an identity's own key matches no policy. Here a
variable without a value fails closed: its Allow grants nothing, its Deny denies whatever it names.
Obsolete once a policy with a variable lets an identity reach its own keys and no other's.
"""

from __future__ import annotations

import importlib
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


def apply() -> None:
    """Put what is known of the caller's session into the caller's policies."""
    evaluator = importlib.import_module("ministack.core.iam_evaluator")
    sessions = importlib.import_module("ministack.services.sts")
    resolve = evaluator.resolve_principal

    def resolve_principal(access_key_id: str, *arguments: Any, **keywords: Any) -> Any:
        principal = resolve(access_key_id, *arguments, **keywords)
        if isinstance(principal, evaluator.AuthError) or principal.policies is None:
            return principal
        session = sessions._sessions.get(access_key_id) or {}
        identity = {
            "cognito-identity.amazonaws.com:sub": session.get("_identity_id"),
            "cognito-identity.amazonaws.com:aud": session.get("_identity_pool_id"),
        }
        keys = {**principal.keys, **{name: value for name, value in identity.items() if value}}
        variables = {**keys, "aws:principalaccount": principal.account}
        return replace(
            principal,
            keys=keys,
            policies=substitute(principal.policies, variables),
            limits=[substitute(limit, variables) for limit in principal.limits],
        )

    vars(evaluator)["resolve_principal"] = resolve_principal


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
