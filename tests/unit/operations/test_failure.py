"""Every mistake of an operator's ends in one line that says what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    ProfileNotFound,
)

from operations.arguments import Arguments
from operations.aws_errors import explain, explained
from operations.command import CommandError, run_command
from operations.deployment import Deployment, find_deployment
from operations.queues import WorkQueue, work_queues

DENIED = (
    "User: arn:aws:iam::1:user/ann is not authorized to perform: sqs:StartMessageMoveTask "
    "on resource: arn:aws:sqs:r:1:q"
)


def refusal(code: str, message: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "ReceiveMessage")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (refusal("AccessDenied", DENIED), "may not do sqs:StartMessageMoveTask"),
        (refusal("AccessDenied", "Access Denied"), "may not do ReceiveMessage"),
        (refusal("ExpiredToken", "It is old"), "refuses these credentials (ExpiredToken)"),
        (refusal("Throttling", "Rate\n exceeded"), "ReceiveMessage failed: Throttling: Rate exc"),
        (NoCredentialsError(), "aws configure"),
        (NoRegionError(), "AWS_REGION="),
        (ProfileNotFound(profile="nobody"), "nobody"),
        (EndpointConnectionError(endpoint_url="https://x"), "https://x"),
    ],
)
def test_error_of_aws_is_one_line_that_helps_when_it_is_told(
    error: ClientError, words: str
) -> None:
    line = explain(error)
    assert words in line
    assert "\n" not in line


def test_command_ends_with_one_line_and_status_2_when_something_is_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def command() -> int:
        raise CommandError("no such thing")

    with pytest.raises(SystemExit) as ended:
        run_command(command)

    assert ended.value.code == 2
    assert capsys.readouterr().err == "error: no such thing\n"


def test_error_of_aws_becomes_a_mistake_of_one_line_when_the_command_explains_them() -> None:
    @explained()
    def command() -> int:
        raise refusal("ExpiredToken", "It is old")

    with pytest.raises(CommandError, match=r"^AWS refuses these credentials \(ExpiredToken\)"):
        command()


@pytest.mark.parametrize("text", ["fast", "-1", "0", "1e9", "nan"])
def test_rate_is_refused_when_it_is_no_sensible_number(text: str) -> None:
    with pytest.raises(CommandError, match=f"RATE={text} is not a number from 0.1 to 1000"):
        Arguments({"RATE": text}).number("RATE", 5, least=0.1, most=1000)


def test_default_stands_when_a_variable_is_empty() -> None:
    arguments = Arguments({"RATE": " ", "DRY_RUN": "", "PREFIX": ""})
    assert arguments.number("RATE", 5, least=0.1, most=1000) == 5
    assert arguments.flag("DRY_RUN") is False
    assert arguments.prefix() == "users/"


@pytest.mark.parametrize("prefix", ["assets/", "user", "/users/"])
def test_prefix_is_refused_when_it_is_outside_of_the_users(prefix: str) -> None:
    with pytest.raises(CommandError, match="is outside of users/"):
        Arguments({"PREFIX": prefix}).prefix()


def test_flag_is_refused_when_it_says_neither_yes_nor_no() -> None:
    with pytest.raises(CommandError, match="neither yes nor no"):
        Arguments({"DRY_RUN": "perhaps"}).flag("DRY_RUN")


class Beside:
    """A CloudFormation with these stacks and their outputs."""

    def __init__(self, stacks: dict[str, dict[str, str]]) -> None:
        self._stacks = stacks

    def describe_stacks(self, StackName: str) -> dict[str, Any]:  # noqa: N803  # AWS's name
        if StackName not in self._stacks:
            unknown = {"Error": {"Code": "ValidationError", "Message": f"no {StackName}"}}
            raise ClientError(unknown, "DescribeStacks")  # type: ignore[arg-type]
        found = self._stacks[StackName].items()
        outputs = [{"OutputKey": name, "OutputValue": value} for name, value in found]
        return {"Stacks": [{"Outputs": outputs}]}


def test_queues_of_the_stacks_beside_it_are_looked_into_as_well() -> None:
    beside = Beside(
        {
            "s-catalogue": {"CatalogueDeadLetterQueueUrl": "cd", "CatalogueQueueUrl": "c"},
            "s-search": {"IndexDeadLetterQueueUrl": "id", "IndexQueueUrl": "i", "SearchUrl": "u"},
        }
    )
    outputs = {"QuotaDeadLetterQueueUrl": "d", "QuotaQueueUrl": "q"}
    deployment = Deployment("s", "stack s", outputs, lambda _: beside)

    assert work_queues(deployment) == [
        WorkQueue("catalogue", "c", "cd"),
        WorkQueue("index", "i", "id"),
        WorkQueue("quota", "q", "d"),
    ]
    assert work_queues(deployment, "index") == [WorkQueue("index", "i", "id")]


def test_function_is_refused_when_the_stack_has_no_such() -> None:
    outputs = {"QuotaDeadLetterQueueUrl": "d", "QuotaQueueUrl": "q"}
    deployment = Deployment("s", "stack s", outputs, lambda _: Beside({}))
    with pytest.raises(CommandError, match="FUNCTION=resize is none of quota"):
        work_queues(deployment, "resize")


def test_stack_is_refused_when_it_is_no_darkroom() -> None:
    deployment = Deployment("s", "stack s", {}, lambda _: None)
    with pytest.raises(CommandError, match="stack s has no output"):
        work_queues(deployment)


def test_region_is_asked_for_when_a_stack_on_aws_is_meant(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    with pytest.raises(NoRegionError):
        find_deployment({"STACK": "photos"})
