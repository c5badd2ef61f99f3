"""The search's stack reaches only what it needs; more in test_stacks_beside.py."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from darkroom.search import archive, shelf
from darkroom.search.store import key_of

from tests.template.beside import STACKS
from tests.template.model import RESOURCES as OF_MAIN
from tests.template.model import as_list, names_in

STACK = STACKS["search"]
RESOURCES, FUNCTIONS, PARAMETERS = STACK.resources, STACK.functions, STACK.parameters
ROUTE = ":${SearchApi}/${SearchStage}/POST/search"
of, statements = STACK.of, STACK.statements


def test_queue_is_as_every_other() -> None:
    queue, dead = of("IndexQueue"), of("IndexDeadLetterQueue")
    [source] = FUNCTIONS["index"]["Events"].values()

    assert queue["VisibilityTimeout"] == 6 * FUNCTIONS["index"]["Timeout"]
    # What is down for some hours costs nobody a message.
    assert queue["RedrivePolicy"]["maxReceiveCount"] * queue["VisibilityTimeout"] >= 6 * 3600
    assert queue["MessageRetentionPeriod"] < dead["MessageRetentionPeriod"] == 14 * 86_400
    assert queue["SqsManagedSseEnabled"] is dead["SqsManagedSseEnabled"] is True
    assert source["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["Properties"]["ScalingConfig"] == {"MaximumConcurrency": 2}
    for name in ("IndexDeadLetterAlarm", "IndexQueueAgeAlarm", "SearchErrorsAlarm"):
        assert of(name)["AlarmActions"] == [{"Ref": "AlarmsTopicArn"}]


def test_queue_hears_of_every_end_and_every_deletion() -> None:
    """A file that failed has no receipt, and one processed again has no notification."""
    topics = {"Processed", "Removals", "Notifications"}
    [statement] = statements("IndexQueuePolicy")
    sources = statement["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert {source["Ref"] for source in sources} == {f"{topic}TopicArn" for topic in topics}
    for topic in topics:
        assert of(f"Index{topic}Subscription")["TopicArn"] == {"Ref": f"{topic}TopicArn"}


def test_message_that_failed_once_raises_no_alarm() -> None:
    """It comes again when its visibility timeout is over, as old as it is."""
    longest = of("IndexQueue")["VisibilityTimeout"] + FUNCTIONS["index"]["Timeout"]
    assert PARAMETERS["QueueAgeAlarmSeconds"]["MinValue"] > longest


def test_many_messages_are_collected_for_as_long_as_the_parameter_says() -> None:
    [source] = FUNCTIONS["index"]["Events"].values()
    assert source["Properties"]["BatchSize"] == 1000
    assert list(names_in(source["Properties"]["MaximumBatchingWindowInSeconds"]))
    seconds = STACK.expanded["Mappings"]["Window"]["Seconds"]
    allowed = PARAMETERS["IndexDelaySeconds"]["AllowedValues"]
    assert {name: str(value) for name, value in seconds.items()} == {each: each for each in allowed}
    # Lambda takes a batch of more than ten with a window alone.
    assert min(seconds.values()) >= 1
    assert max(seconds.values()) <= 300


def test_indexes_are_as_private_as_photos() -> None:
    bucket, of_photos = of("IndexBucket"), OF_MAIN["ProcessedBucket"]["Properties"]
    for name in ("PublicAccessBlockConfiguration", "OwnershipControls", "BucketEncryption"):
        assert bucket[name] == of_photos[name]
    assert RESOURCES["IndexBucket"]["DeletionPolicy"] == "RetainExceptOnCreate"
    [deny] = statements("IndexBucketPolicy")
    [as_there] = OF_MAIN["ProcessedBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    assert (deny["Effect"], deny["Condition"]) == (as_there["Effect"], as_there["Condition"])
    assert PARAMETERS["EnforceTls"]["Default"] == "true"


def test_index_that_is_as_large_as_one_may_be_fits_on_disk() -> None:
    megabytes = {name: each["EphemeralStorage"]["Size"] for name, each in FUNCTIONS.items()}
    unpacked, packed = archive.MOST_UNPACKED_BYTES >> 20, archive.MOST_BYTES >> 20
    assert megabytes["index"] >= 2 * unpacked + packed  # as it was, and as it is written anew
    assert megabytes["search"] >= unpacked + (shelf.MOST_BYTES >> 20)


@pytest.mark.parametrize(
    ("policy", "actions"),
    [
        (
            "IndexPolicy",
            {
                "dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query",
                "dynamodb:UpdateItem", "s3:GetObject", "s3:PutObject", "s3:ListBucket",
                "s3:DeleteObject",
                "sqs:SendMessage",
            },
        ),
        ("SearchPolicy", {"dynamodb:Query", "s3:GetObject", "s3:ListBucket", "sqs:SendMessage"}),
        ("SearchUsersPolicy", {"execute-api:Invoke"}),
        ("SearchCollectionPolicy", {"aoss:APIAccessAll"}),
        ("SearchDomainPolicy", {"es:ESHttpPost"}),
        (
            "IndexDomainPolicy",
            {f"es:ESHttp{method}" for method in ("Get", "Head", "Post", "Put", "Delete")},
        ),
    ],
)  # fmt: skip
def test_everybody_may_do_nothing_but_their_work(policy: str, actions: set[str]) -> None:
    usual = re.compile(r"logs:|sqs:(Receive|Delete|GetQueue)")
    allowed = {
        action
        for statement in statements(policy)
        for action in as_list(statement["Action"])
        if not usual.match(action)
    }
    assert allowed == actions
    for statement in statements(policy):
        assert "*" not in as_list(statement["Resource"])
        written = {"dynamodb:UpdateItem": "IdempotencyTableName", "s3:PutObject": "IndexBucket"}
        for action, resource in written.items():
            if action in as_list(statement["Action"]):
                assert resource in str(statement["Resource"])


def test_parts_of_an_index_are_deleted_and_no_index_is() -> None:
    [resource] = [
        str(statement["Resource"])
        for statement in statements("IndexPolicy")
        if "s3:DeleteObject" in as_list(statement["Action"])
    ]
    assert "IndexBucket" in resource
    assert "/*/part.zip" in resource
    for policy in ("IndexPolicy", "SearchPolicy"):
        [read] = [
            statement["Resource"]
            for statement in statements(policy)
            if "IndexBucket" in str(statement["Resource"])
            and "s3:GetObject" in as_list(statement["Action"])
            and "part.zip" in str(statement["Resource"])
        ]
        assert "/*/part.zip" in str(read)
    assert key_of("owner").endswith("/index.zip")
    assert key_of("owner", "part").endswith("/part.zip")


def test_users_and_guests_may_call_one_route_and_nothing_else() -> None:
    [statement] = statements("SearchUsersPolicy")
    assert str(statement["Resource"]["Fn::Sub"]).endswith(ROUTE)
    roles = {name for name in names_in(of("SearchUsersPolicy")["Roles"]) if name in PARAMETERS}
    assert roles == {"UserRoleName", "GuestRoleName"}


def test_route_is_for_signed_requests_only_and_the_only_one() -> None:
    routes = [each for each in RESOURCES.values() if each["Type"] == "AWS::ApiGatewayV2::Route"]
    [route] = [each["Properties"] for each in routes]
    assert (route["RouteKey"], route["AuthorizationType"]) == ("POST /search", "AWS_IAM")
    assert of("SearchApi")["ProtocolType"] == "HTTP"
    # The identity is in events of this format, below `authorizer`.
    assert of("SearchIntegration")["PayloadFormatVersion"] == "2.0"
    assert of("SearchStage")["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0
    assert of("SearchPermission")["Principal"] == "apigateway.amazonaws.com"
    assert str(of("SearchPermission")["SourceArn"]["Fn::Sub"]).endswith(ROUTE)
    waits = of("SearchIntegration")["TimeoutInMillis"] / 1000
    assert FUNCTIONS["search"]["Timeout"] <= waits <= 30


def test_pages_of_the_main_stack_may_ask_and_no_others() -> None:
    condition, cors, nothing = of("SearchApi")["CorsConfiguration"]["Fn::If"]
    assert (condition, nothing) == ("HasPages", {"Ref": "AWS::NoValue"})
    assert cors["AllowOrigins"] == {"Ref": "PageOrigins"}
    assert cors["AllowMethods"] == ["POST"]
    signature = {"authorization", "x-amz-date", "x-amz-security-token"}
    assert signature <= set(cors["AllowHeaders"])
    assert "AllowCredentials" not in cors


OPENSEARCH = "AWS::OpenSearchServerless::"


def test_nothing_of_opensearch_is_made_unless_it_is_chosen() -> None:
    conditions = STACK.expanded["Conditions"]
    assert PARAMETERS["SearchEngine"]["Default"] == "index"
    assert conditions["UsesOpenSearch"] == {"Fn::Equals": [{"Ref": "SearchEngine"}, "opensearch"]}
    for name in ("MakesCollection", "UsesDomain"):
        assert {"Condition": "UsesOpenSearch"} in conditions[name]["Fn::And"]
    made = {name for name, each in RESOURCES.items() if each["Type"].startswith(OPENSEARCH)}
    assert made == {
        "SearchCollection", "SearchEncryptionPolicy", "SearchNetworkPolicy", "SearchAccessPolicy",
    }  # fmt: skip
    for name in (*made, "SearchCollectionPolicy"):
        assert RESOURCES[name]["Condition"] == "MakesCollection"
    for name in ("IndexDomainPolicy", "SearchDomainPolicy"):
        assert RESOURCES[name]["Condition"] == "UsesDomain"


def policy(name: str) -> Any:
    """A policy of a collection, which is a text."""
    return json.loads(of(name)["Policy"]["Fn::Sub"])


def test_collection_is_encrypted_and_reached_when_it_is_made() -> None:
    needed = {"SearchEncryptionPolicy", "SearchNetworkPolicy"}
    assert needed <= set(RESOURCES["SearchCollection"]["DependsOn"])
    assert of("SearchCollection")["Type"] == "SEARCH"  # another one takes no ids
    ours = {"ResourceType": "collection", "Resource": ["collection/${SearchIndexName}"]}
    assert policy("SearchEncryptionPolicy") == {"Rules": [ours], "AWSOwnedKey": True}
    assert policy("SearchNetworkPolicy") == [{"Rules": [ours], "AllowFromPublic": True}]
    names = {of(name)["Name"]["Ref"] for name in (*needed, "SearchAccessPolicy")}
    assert names == {of("SearchCollection")["Name"]["Ref"]} == {"SearchIndexName"}


def test_index_alone_writes_to_a_collection_and_search_only_reads() -> None:
    allowed = {
        principal: {action for rule in statement["Rules"] for action in rule["Permission"]}
        for statement in policy("SearchAccessPolicy")
        for principal in statement["Principal"]
    }
    assert allowed["${SearchRole.Arn}"] == {"aoss:ReadDocument"}
    assert allowed.keys() == {"${IndexRole.Arn}", "${SearchRole.Arn}"}
    assert "aoss:WriteDocument" in allowed["${IndexRole.Arn}"]
    for statement in policy("SearchAccessPolicy"):
        for rule in statement["Rules"]:
            assert all("/${SearchIndexName}" in each for each in rule["Resource"])
    [asked] = statements("SearchDomainPolicy")
    assert asked["Resource"]["Fn::Sub"] == "${SearchDomainArn}/${SearchIndexName}-*/_search"
