"""The stack of questions lets an owner reach their own tables, and the functions what they need."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterator
from typing import Any

import pytest
from darkroom.athena import desk

from tests.template.beside import STACKS
from tests.template.model import as_list, names_in

STACK = STACKS["athena"]
RESOURCES, PARAMETERS = STACK.resources, STACK.parameters
of, statements = STACK.of, STACK.statements
OWN = "${!aws:PrincipalTag/database}"


def of_owners() -> Iterator[tuple[set[str], str, Any]]:
    """The actions, a resource and the condition of each thing that an owner may do."""
    for statement in statements("OwnerPolicy"):
        for resource in as_list(statement["Resource"]):
            yield set(as_list(statement["Action"])), str(resource), statement.get("Condition")


def test_owner_reaches_no_table_row_or_answer_without_their_tag() -> None:
    for actions, resource, condition in of_owners():
        if OWN in resource:
            continue
        if actions == {"s3:ListBucket"}:
            prefixes = condition["StringLike"]["s3:prefix"]
            assert all(
                each.partition("/")[2] == "${aws:PrincipalTag/database}/*" for each in prefixes
            )
            continue
        assert ":catalog" in resource or "workgroup/" in resource or actions in (
            {"s3:GetBucketLocation"}, {"glue:GetDatabase"},
        ), resource  # fmt: skip
        assert "table/" not in resource
        assert "*" not in resource


def test_owner_may_change_nothing_but_write_answers() -> None:
    writes = [
        (action, resource)
        for actions, resource, _ in of_owners()
        for action in actions
        if not fnmatch.fnmatchcase(action.partition(":")[2], "Get*")
        and action not in ("s3:ListBucket", "s3:ListMultipartUploadParts")
    ]
    assert {action for action, _ in writes} == {
        "athena:StartQueryExecution", "s3:PutObject", "s3:AbortMultipartUpload",
    }  # fmt: skip
    assert all(
        f"/answers/{OWN}/*" in resource for action, resource in writes if action.startswith("s3:")
    )
    asked = {action for actions, _, _ in of_owners() for action in actions}
    assert not {"athena:ListQueryExecutions", "glue:GetDatabases", "athena:*"} & asked


def test_only_the_function_acts_as_an_owner_and_never_without_one() -> None:
    [trust] = of("OwnerRole")["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"AWS": {"Fn::GetAtt": ["AskRole", "Arn"]}}
    assert trust["Condition"] == {
        "StringLike": {"aws:RequestTag/database": {"Fn::Sub": "${DatabasePrefix}_?*"}}
    }
    takers = [
        name
        for name, resource in RESOURCES.items()
        if resource["Type"] == "AWS::IAM::Policy" and "sts:AssumeRole" in json.dumps(resource)
    ]
    assert takers == ["AskPolicy"]


@pytest.mark.parametrize(
    ("policy", "actions"),
    [
        (
            "DescribePolicy",
            {
                "DescribeQueue": {
                    "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
                },
                "ImagesTableName": {"dynamodb:GetItem"},
                "ProcessedBucketName": {"s3:GetObject", "s3:ListBucket"},
                "TablesBucket": {"s3:PutObject", "s3:DeleteObject", "s3:ListBucket"},
                "DatabasePrefix": {
                    "glue:CreateDatabase", "glue:CreateTable", "glue:DeleteTable",
                    "glue:GetTable", "glue:UpdateTable",
                },
                "IdempotencyTableName": {"dynamodb:UpdateItem"},
            },
        ),
        (
            "AskPolicy",
            {
                "OwnerRole": {"sts:AssumeRole", "sts:TagSession"},
                "CountsTable": {"dynamodb:UpdateItem"},
            },
        ),
        ("AskUsersPolicy", {"AskApi": {"execute-api:Invoke"}}),
    ],
)  # fmt: skip
def test_everybody_may_do_nothing_but_their_work(policy: str, actions: dict[str, set[str]]) -> None:
    """The function that asks may read no table itself."""
    allowed: dict[str, set[str]] = {}
    for statement in statements(policy):
        for resource in as_list(statement["Resource"]):
            assert resource != "*"
            targets = {name for name in names_in(resource) if name in {*RESOURCES, *PARAMETERS}}
            for target in targets - {"AskStage"}:
                allowed.setdefault(target, set()).update(as_list(statement["Action"]))
    log = allowed.pop(f"{policy.removesuffix('Policy')}LogGroup", set())
    assert log <= {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert allowed == actions


def test_every_route_is_signed_and_for_users_alone() -> None:
    routes = [
        each["Properties"] for each in RESOURCES.values() if each["Type"].endswith("2::Route")
    ]
    keys = {each["RouteKey"] for each in routes}
    assert keys == {"GET /tables", "POST /questions", "GET /questions/{id}"}
    assert {each["AuthorizationType"] for each in routes} == {"AWS_IAM"}
    [statement] = statements("AskUsersPolicy")
    called = {each["Fn::Sub"].rpartition("${AskStage}/")[2] for each in statement["Resource"]}
    assert called == {"GET/tables", "POST/questions", "GET/questions/*"}
    assert of("AskUsersPolicy")["Roles"] == [{"Ref": "UserRoleName"}]
    assert "GuestRoleName" not in PARAMETERS


def test_question_is_bounded_and_answers_end() -> None:
    configuration = of("Workgroup")["WorkGroupConfiguration"]
    assert configuration["BytesScannedCutoffPerQuery"] == {"Ref": "BytesPerQuestion"}
    assert configuration["EnforceWorkGroupConfiguration"] is False
    rules = of("TablesBucket")["LifecycleConfiguration"]["Rules"]
    assert [rule["ExpirationInDays"] for rule in rules if rule.get("Prefix") == "answers/"] == [1]
    assert of("CountsTable")["TimeToLiveSpecification"]["Enabled"] is True
    dollars = (
        PARAMETERS["QuestionsPerDay"]["Default"]
        * PARAMETERS["BytesPerQuestion"]["Default"]
        / 1e12
        * 5
    )
    assert dollars <= 1  # as docs/athena.md says


def test_answer_comes_before_anybody_stops_to_wait() -> None:
    waits = of("AskIntegration")["TimeoutInMillis"] / 1000
    assert desk._WAIT_SECONDS + 5 < of("AskFunction")["Timeout"] < waits <= 30


def test_queue_is_as_patient_as_lambda_asks() -> None:
    queue, function = of("DescribeQueue"), of("DescribeFunction")
    assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] >= 5
    source = function["Events"]["Queue"]["Properties"]
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["ScalingConfig"] == {"MaximumConcurrency": 2}
    assert of("DescribeDeadLetterQueue")["MessageRetentionPeriod"] == 1209600
