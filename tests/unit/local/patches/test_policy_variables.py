from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from local.emulator.patches.policy_variables import substitute

VARIABLES = {"cognito-identity.amazonaws.com:sub": "us-east-1:alice", "aws:username": "al*ce"}
SUB = "${cognito-identity.amazonaws.com:sub}"


@dataclass
class Statement:
    effect: str = "Allow"
    resources: list[str] = field(default_factory=list)
    not_resources: list[str] = field(default_factory=list)
    conditions: dict[str, Any] = field(default_factory=dict)


def only(statement: Statement) -> Statement:
    ((filled,),) = substitute([[statement]], VARIABLES)
    return filled


def test_variable_is_replaced_when_it_is_in_a_resource() -> None:
    assert only(Statement(resources=[f"users/{SUB}/*"])).resources == ["users/us-east-1:alice/*"]


def test_variable_is_replaced_when_it_is_in_a_conditions_values() -> None:
    statement = Statement(
        conditions={
            "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [SUB]},
            "StringLike": {"s3:prefix": f"users/{SUB}/*"},
            "Null": {"dynamodb:LeadingKeys": False},
        }
    )
    assert only(statement).conditions == {
        "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["us-east-1:alice"]},
        "StringLike": {"s3:prefix": "users/us-east-1:alice/*"},
        "Null": {"dynamodb:LeadingKeys": False},
    }


def test_name_matches_in_any_case() -> None:
    resource = "${Cognito-Identity.amazonaws.com:SUB}"
    assert only(Statement(resources=[resource])).resources == ["us-east-1:alice"]


def test_default_is_taken_when_the_variable_has_no_value() -> None:
    statement = Statement(resources=["team/${aws:PrincipalTag/team, 'none'}"])
    assert only(statement).resources == ["team/none"]


@pytest.mark.parametrize("name", ["aws:PrincipalTag/team", "aws:username", "*"])
def test_allow_grants_nothing_when_a_variable_has_no_safe_value(name: str) -> None:
    statement = Statement(resources=["photos/public/*", f"photos/${{{name}}}/*"])
    assert substitute([[statement]], VARIABLES) == [[]]


def test_deny_denies_everything_when_a_variable_has_no_value() -> None:
    statement = Statement(
        effect="Deny",
        not_resources=["photos/${aws:PrincipalTag/team}/*"],
        conditions={"Bool": {"aws:SecureTransport": "false"}},
    )
    assert only(statement) == Statement(effect="Deny", resources=["*"])


def test_policy_is_unchanged_when_it_has_no_variable() -> None:
    statement = Statement(resources=["arn:aws:s3:::photos/*"], conditions={"Bool": {"a": ["true"]}})
    assert only(statement) == statement
