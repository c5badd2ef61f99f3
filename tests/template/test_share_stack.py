"""The stack that shares reaches only what it needs; more in test_stacks_beside.py."""

from __future__ import annotations

import fnmatch
import re
from typing import Any

import pytest
from darkroom.share import shown

from tests.template.beside import STACKS
from tests.template.model import RESOURCES as OF_MAIN
from tests.template.model import as_list, names_in

STACK = STACKS["share"]
RESOURCES, FUNCTIONS, PARAMETERS = STACK.resources, STACK.functions, STACK.parameters
of, statements = STACK.of, STACK.statements


@pytest.mark.parametrize(
    ("policy", "actions"),
    [
        (
            "SharePolicy",
            {
                "ImagesTableName": {"dynamodb:BatchGetItem"},
                "LinksTable": {"dynamodb:PutItem", "dynamodb:DeleteItem"},
                "SharersTable": {"dynamodb:GetItem", "dynamodb:PutItem"},
            },
        ),
        (
            "ShowPolicy",
            {
                "LinksTable": {"dynamodb:GetItem"},
                "ImagesTableName": {"dynamodb:GetItem", "dynamodb:BatchGetItem"},
                "ProcessedBucketName": {"s3:GetObject"},
            },
        ),
        ("ShareUsersPolicy", {"ShareApi": {"execute-api:Invoke"}}),
    ],
)
def test_everybody_may_do_nothing_but_their_work(policy: str, actions: dict[str, set[str]]) -> None:
    """What is open to everybody writes nothing, lists nothing, and finds a link by its id alone."""
    allowed: dict[str, set[str]] = {}
    for statement in statements(policy):
        for resource in as_list(statement["Resource"]):
            assert resource != "*"
            [target] = {
                name for name in names_in(resource) if name in {*RESOURCES, *PARAMETERS}
            } - {"ShareStage"}
            allowed.setdefault(target, set()).update(as_list(statement["Action"]))
    log = allowed.pop(f"{policy.removesuffix('Policy')}LogGroup", set())
    assert log <= {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert allowed == actions


@pytest.mark.parametrize("policy", ["SharePolicy", "ShowPolicy"])
def test_neither_function_may_read_where_a_photo_was_taken(policy: str) -> None:
    [statement] = [
        each for each in statements(policy) if "ImagesTableName" in set(names_in(each["Resource"]))
    ]
    condition = statement["Condition"]
    named = condition["ForAllValues:StringEquals"]["dynamodb:Attributes"]
    # A policy that names attributes has to name both of the key: "Using IAM policy conditions for
    # fine-grained access control", DynamoDB's developer guide.
    assert set(named) == {"identity_id", *shown.ATTRIBUTES}
    assert not {"metadata", "details"} & set(named)
    assert condition["Null"] == {"dynamodb:Attributes": "false"}
    assert condition["StringEqualsIfExists"] == {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}


def readable(key: str) -> bool:
    """Whether the function that shows may read an object of the processed bucket."""
    [statement] = [each for each in statements("ShowPolicy") if each["Action"] == "s3:GetObject"]
    patterns = [
        each["Fn::Sub"].partition("${ProcessedBucketName}/")[2] for each in statement["Resource"]
    ]
    return any(fnmatch.fnmatchcase(key, pattern) for pattern in patterns)


@pytest.mark.parametrize(
    ("name", "may_be_read"),
    [
        ("thumbnail-1920.jpg", True),
        ("thumbnail-240.webp", True),
        ("thumbnail-240.avif", True),
        ("preview.webp", True),
        ("video.mp4", True),
        ("details.json", False),
        ("web.webp", False),
        ("watermark.jpg", False),
        ("rows.parquet", False),
    ],
)
def test_pictures_may_be_shown_and_no_document(name: str, may_be_read: bool) -> None:
    assert readable(f"users/eu:1/lake.jpg/0066/{name}") is may_be_read


@pytest.mark.parametrize("path", ["thumbnail-1.jpg", "a/thumbnail-1.jpg/video.mp4"])
def test_document_may_not_be_read_whatever_its_owner_called_the_file(path: str) -> None:
    for name in ("details.json", "rows.parquet"):
        assert not readable(f"users/eu:1/{path}/0066/{name}")


def routes() -> dict[str, dict[str, Any]]:
    found = [each["Properties"] for each in RESOURCES.values() if each["Type"].endswith("2::Route")]
    return {each["RouteKey"]: each for each in found}


def test_two_routes_are_open_and_all_others_are_for_signed_requests() -> None:
    found = routes()
    assert {key for key, route in found.items() if route["AuthorizationType"] == "NONE"} == {
        "GET /s/{token}", "GET /s/{token}/{n}/{size}",
    }  # fmt: skip
    signed = {key: route for key, route in found.items() if route["AuthorizationType"] == "AWS_IAM"}
    assert set(signed) == {"POST /links", "GET /links", "DELETE /links/{id}"}
    assert len(found) == len(signed) + 2
    for key, route in found.items():
        name = "Share" if key in signed else "Show"
        assert route["ApiId"] == {"Ref": f"{name}Api"}
        assert route["Target"] == {"Fn::Sub": f"integrations/${{{name}Integration}}"}
        assert of(f"{name}Integration")["PayloadFormatVersion"] == "2.0"


def test_users_may_call_each_route_that_is_signed_and_guests_none() -> None:
    [statement] = statements("ShareUsersPolicy")
    called = {each["Fn::Sub"].rpartition("${ShareStage}/")[2] for each in statement["Resource"]}
    assert called == {"POST/links", "GET/links", "DELETE/links/*"}
    assert of("ShareUsersPolicy")["Roles"] == [{"Ref": "UserRoleName"}]
    assert "GuestRoleName" not in PARAMETERS


@pytest.mark.parametrize(("name", "path"), [("Share", "*/links*"), ("Show", "GET/s/*")])
def test_api_calls_its_own_function_and_nobody_else_does(name: str, path: str) -> None:
    permission = of(f"{name}Permission")
    assert permission["FunctionName"] == {"Ref": f"{name}Function"}
    assert permission["Principal"] == "apigateway.amazonaws.com"
    assert permission["SourceArn"]["Fn::Sub"].endswith(f":${{{name}Api}}/${{{name}Stage}}/{path}")
    waits = of(f"{name}Integration")["TimeoutInMillis"] / 1000
    assert STACK.expanded["Globals"]["Function"]["Timeout"] <= waits <= 30


def test_visitors_have_a_rate_and_leave_owners_theirs() -> None:
    settings = of("ShowStage")["DefaultRouteSettings"]
    assert settings == {
        "ThrottlingBurstLimit": {"Ref": "VisitsAtOnce"},
        "ThrottlingRateLimit": {"Ref": "VisitsPerSecond"},
    }
    assert of("ShareStage")["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
    assert of("ShareStage")["ApiId"] != of("ShowStage")["ApiId"]


def test_no_log_holds_a_path_for_a_token_is_in_it() -> None:
    assert "AccessLogSettings" not in of("ShowStage")
    variables = STACK.expanded["Globals"]["Function"]["Environment"]["Variables"]
    assert not {name for name in variables if "EVENT" in name}


def test_pages_of_the_main_stack_may_ask_and_no_others() -> None:
    condition, cors, nothing = of("ShareApi")["CorsConfiguration"]["Fn::If"]
    assert (condition, nothing) == ("HasPages", {"Ref": "AWS::NoValue"})
    assert cors["AllowOrigins"] == {"Ref": "PageOrigins"}
    assert set(cors["AllowMethods"]) == {key.partition(" ")[0] for key in routes()}
    signature = {"authorization", "x-amz-date", "x-amz-security-token"}
    assert signature <= set(cors["AllowHeaders"])
    assert "AllowCredentials" not in cors
    assert "CorsConfiguration" not in of("ShowApi")


@pytest.mark.parametrize("table", ["LinksTable", "SharersTable"])
def test_what_has_ended_is_deleted_by_itself(table: str) -> None:
    assert of(table)["TimeToLiveSpecification"] == {
        "AttributeName": "expiration", "Enabled": True,
    }  # fmt: skip
    assert of(table)["BillingMode"] == "PAY_PER_REQUEST"
    assert RESOURCES[table]["DeletionPolicy"] == "Delete"


def test_largest_answer_is_one_that_lambda_sends() -> None:
    packed = shown.MOST_BYTES * 4 / 3
    assert packed < 6 * 1024 * 1024 - 100_000  # and its headers


@pytest.mark.parametrize("name", ["Share", "Show"])
@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_alarm_rings_when_a_function_fails_or_is_refused(name: str, metric: str) -> None:
    alarm = of(f"{name}{metric}Alarm")
    [dimension] = alarm["Dimensions"]
    assert dimension == {"Name": "FunctionName", "Value": {"Ref": f"{name}Function"}}
    as_there = OF_MAIN[f"Admit{metric}Alarm"]["Properties"]
    for part in ("Namespace", "MetricName", "Statistic", "Threshold", "TreatMissingData"):
        assert alarm[part] == as_there[part]
    assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmsTopicArn"}]
    assert re.search(rf"\b{name}\b", str(alarm["AlarmDescription"]))
