"""The catalogue's stack reaches only what it needs; more in test_stacks_beside.py."""

from __future__ import annotations

import re

import pytest
from darkroom.catalogue.migration import migrations

from tests.template.beside import STACKS
from tests.template.model import RESOURCES as OF_MAIN
from tests.template.model import as_list, grants, names_in

STACK = STACKS["catalogue"]
RESOURCES, FUNCTIONS = STACK.resources, STACK.functions


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


@pytest.mark.parametrize(
    ("policy", "actions"),
    [
        ("CataloguePolicy", {"dynamodb:GetItem", "dynamodb:UpdateItem", "dsql:DbConnect"}),
        ("MigratePolicy", {"dsql:DbConnectAdmin"}),
        ("FollowPolicy", {"sqs:SendMessage"}),
    ],
)
def test_function_may_do_nothing_but_its_work(policy: str, actions: set[str]) -> None:
    usual = re.compile(r"logs:|sqs:(Receive|Delete|GetQueue)|ec2:|rds-db:|secretsmanager:")
    streams = {"DescribeStream", "GetRecords", "GetShardIterator", "ListStreams"}
    allowed = {
        action
        for statement in STACK.statements(policy)
        for action in as_list(statement["Action"])
        if not usual.match(action) and action.removeprefix("dynamodb:") not in streams
    }
    assert allowed == actions
    # The records are read; what is changed is the note of why a message failed.
    for statement in STACK.statements(policy):
        if "dynamodb:UpdateItem" in as_list(statement["Action"]):
            assert "IdempotencyTableName" in str(statement["Resource"])


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
