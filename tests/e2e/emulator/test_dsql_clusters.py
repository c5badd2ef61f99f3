"""CloudFormation makes a cluster of Aurora DSQL, and deletes it."""

from __future__ import annotations

import json
import secrets
from contextlib import suppress
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.server import Server
from local.user import wait_for
from tests.e2e.emulator.principals import client, obsolete

TEMPLATE = {
    "Resources": {
        "Cluster": {
            "Type": "AWS::DSQL::Cluster",
            "Properties": {"DeletionProtectionEnabled": False},
        }
    },
    "Outputs": {
        "Endpoint": {"Value": {"Fn::GetAtt": ["Cluster", "Endpoint"]}},
        "Id": {"Value": {"Ref": "Cluster"}},
    },
}


def deployed(server: Server) -> dict[str, Any]:
    """A new stack with a cluster, once CloudFormation is done with it."""
    cloudformation, name = client(server, "cloudformation"), f"cluster-{secrets.token_hex(4)}"
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(TEMPLATE))

    def ended() -> dict[str, Any] | None:
        stack: dict[str, Any] = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        return None if stack["StackStatus"].endswith("IN_PROGRESS") else stack

    return wait_for(ended, what="the stack")


def test_cluster_comes_and_goes_with_its_stack_when_the_patch_is_applied(patched: Server) -> None:
    stack, dsql = deployed(patched), client(patched, "dsql")
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert dsql.get_cluster(identifier=outputs["Id"])["status"] == "ACTIVE"

    client(patched, "cloudformation").delete_stack(StackName=stack["StackName"])
    wait_for(
        lambda: (
            outputs["Id"] not in [each["identifier"] for each in dsql.list_clusters()["clusters"]]
        ),
        what="the cluster to be gone",
    )


def test_stack_with_a_cluster_is_refused_when_the_patch_is_missing(plain: Server) -> None:
    with suppress(ClientError):
        deployed(plain)
        pytest.fail(obsolete("dsql_clusters"))
