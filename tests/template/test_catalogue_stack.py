"""The catalogue's stack keeps the main template's promises, and reaches only what it needs."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from typing import Any

import pytest
from darkroom.catalogue.migration import migrations
from darkroom.config import CATALOGUE_CONFIGS

from local.cloud import CATALOGUE as STACK
from local.paths import ROOT
from local.template import CATALOGUE, TEMPLATE, expanded
from operations.catalogue_parameters import FROM_MAIN_STACK
from tests.template.model import RESOURCES as OF_MAIN
from tests.template.model import as_list, grants, names_in

BESIDE = expanded(CATALOGUE)
MAIN = expanded(TEMPLATE)
PARAMETERS: dict[str, Any] = BESIDE["Parameters"]
RESOURCES: dict[str, Any] = BESIDE["Resources"]
FUNCTIONS = {
    name.removesuffix("Function").lower(): resource["Properties"]
    for name, resource in RESOURCES.items()
    if resource["Type"] == "AWS::Serverless::Function"
}


def statements(role: str) -> list[dict[str, Any]]:
    """What a role may do, where every condition of the stack holds."""
    document = RESOURCES[role.replace("Role", "Policy")]["Properties"]["PolicyDocument"]
    return [each.get("Fn::If", [None, each])[1] for each in document["Statement"]]


def test_variables_are_those_that_its_functions_read() -> None:
    assert set(FUNCTIONS) == set(CATALOGUE_CONFIGS)
    for name, properties in FUNCTIONS.items():
        variables = properties["Environment"]["Variables"]
        read = {field.name.upper() for field in fields(CATALOGUE_CONFIGS[name])}
        assert {each for each in variables if not each.startswith("POWERTOOLS_")} == read
        assert variables["POWERTOOLS_SERVICE_NAME"] == name
        assert properties["CodeUri"] == f"../functions/{name}"
        assert (ROOT / "functions" / name / "app.py").is_file()
        assert properties["LoggingConfig"]["LogGroup"]["Ref"] in RESOURCES


def test_queue_is_as_every_other() -> None:
    queue = RESOURCES["CatalogueQueue"]["Properties"]
    dead = RESOURCES["CatalogueDeadLetterQueue"]["Properties"]
    [source] = FUNCTIONS["catalogue"]["Events"].values()

    assert queue["VisibilityTimeout"] == 6 * FUNCTIONS["catalogue"]["Timeout"]
    # A database that is down for an hour costs nobody a message.
    assert queue["RedrivePolicy"]["maxReceiveCount"] * queue["VisibilityTimeout"] >= 3600
    assert queue["MessageRetentionPeriod"] < dead["MessageRetentionPeriod"] == 14 * 86_400
    assert queue["SqsManagedSseEnabled"] is dead["SqsManagedSseEnabled"] is True
    assert source["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert "MaximumConcurrency" in source["Properties"]["ScalingConfig"]
    for name in ("CatalogueDeadLetterAlarm", "CatalogueQueueAgeAlarm", "FollowErrorsAlarm"):
        assert RESOURCES[name]["Properties"]["AlarmActions"] == [{"Ref": "AlarmsTopicArn"}]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_has_its_rights_when_it_is_made(name: str) -> None:
    """Lambda refuses a queue or a stream that the role may not read, and so the whole stack."""
    function = RESOURCES[f"{name.title()}Function"]
    assert f"{name.title()}Policy" in as_list(function["DependsOn"])


@pytest.mark.parametrize(
    ("role", "actions"),
    [
        ("CatalogueRole", {"dynamodb:GetItem", "dynamodb:UpdateItem", "dsql:DbConnect"}),
        ("MigrateRole", {"dsql:DbConnectAdmin"}),
        ("FollowRole", {"sqs:SendMessage"}),
    ],
)
def test_function_may_do_nothing_but_its_work(role: str, actions: set[str]) -> None:
    usual = re.compile(r"logs:|sqs:(Receive|Delete|GetQueue)|ec2:|rds-db:|secretsmanager:")
    streams = {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}
    allowed = {
        action
        for statement in statements(role)
        for action in as_list(statement["Action"])
        if not usual.match(action) and action.removeprefix("dynamodb:") not in streams
    }
    assert allowed == actions
    # The records are read; what is changed is the note of why a message failed.
    for statement in statements(role):
        if "dynamodb:UpdateItem" in as_list(statement["Action"]):
            assert "IdempotencyTableName" in str(statement["Resource"])


def test_reason_stands_beside_it_when_something_is_granted() -> None:
    lines = CATALOGUE.read_text(encoding="utf-8").splitlines()
    unexplained = [
        number + 1
        for number, line in enumerate(lines)
        if line.strip().startswith("- Effect:")
        and not lines[number - 1].strip().startswith("# ")
        and "sts:AssumeRole" not in "".join(lines[number : number + 5])
    ]
    assert unexplained == []


def test_clients_have_no_way_to_the_database() -> None:
    policy = OF_MAIN["UserPolicy"]["Properties"]["PolicyDocument"]
    services = {grant.action.partition(":")[0] for grant in grants(policy)}
    assert services == {"s3", "dynamodb", "execute-api"}


def test_update_applies_the_newest_migration() -> None:
    newest = RESOURCES["Migrations"]["Properties"]["Newest"]
    assert newest == str(migrations()[-1].number)
    assert "Migrations" in RESOURCES["CatalogueFunction"]["DependsOn"]


def test_tables_are_made_when_the_catalogue_moves_to_another_database() -> None:
    """CloudFormation calls the function again only where one of these values has changed."""
    store = RESOURCES["Migrations"]["Properties"]["Store"]
    variables = FUNCTIONS["migrate"]["Environment"]["Variables"]
    for name in ("DATABASE_ENDPOINT", "DATABASE_NAME"):
        assert set(names_in(variables[name])) <= set(names_in(store))


def test_main_stack_has_what_it_is_told_and_knows_nothing_of_it() -> None:
    assert set(FROM_MAIN_STACK) <= set(MAIN["Outputs"])
    required = {name for name, parameter in PARAMETERS.items() if "Default" not in parameter}
    assert required == set(FROM_MAIN_STACK)
    assert "atalogue" not in TEMPLATE.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameter_is_described_and_checked(name: str) -> None:
    parameter = PARAMETERS[name]
    assert parameter["Description"].endswith(".")
    assert parameter["ConstraintDescription"].endswith(".")
    assert {"AllowedPattern", "AllowedValues", "MinValue"} & set(parameter)
    groups = BESIDE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert [each for group in groups for each in group["Parameters"]].count(name) == 1


@pytest.mark.parametrize("name", [name for name in PARAMETERS if name not in FROM_MAIN_STACK])
def test_parameter_is_described_as_in_the_template_when_one_reads_about_it(name: str) -> None:
    reference = (ROOT / "docs/catalogue.md").read_text(encoding="utf-8")
    default = str(PARAMETERS[name]["Default"])
    shown = f"`{default}`" if default else "(empty)"
    description = " ".join(PARAMETERS[name]["Description"].split())
    assert f"| {name} | {shown} | {description} |" in reference


def test_layer_is_built_for_each_processor() -> None:
    targets = (ROOT / "layers/catalogue/Makefile").read_text(encoding="utf-8").splitlines()
    for name in ("CatalogueArm64Layer", "CatalogueX8664Layer"):
        assert f"build-{name}:" in targets


def test_samconfig_has_its_two_environments() -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    for name in ("catalogue", "catalogue-local"):
        assert config[name]["global"]["parameters"]["stack_name"] == STACK
        assert ROOT / config[name]["build"]["parameters"]["template_file"] == CATALOGUE
        built = config[name]["build"]["parameters"]["build_dir"]
        assert config[name]["deploy"]["parameters"]["template_file"] == f"{built}/template.yaml"
