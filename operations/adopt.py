"""`make adopt FROM=… [STACK=…]`: put what a deleted stack has left into a new one, by an import.

CloudFormation imports what it finds in a template, with the properties that it has there. That
template is made of the deleted stack's own, which CloudFormation keeps for 90 days: of each
resource that stayed, what is written out. `sam deploy` then adds everything else.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

import boto3
from botocore.exceptions import NoRegionError

from operations.arguments import Arguments
from operations.aws_errors import explained
from operations.command import CommandError, run_command
from operations.deployment import DEFAULT_STACK
from operations.screen import console

CHANGE_SET = "adopt"
# What people's data and logins are in, and the properties that identify one of each kind.
IDENTIFIERS = {
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::DynamoDB::Table": ("TableName",),
    "AWS::Cognito::UserPool": ("UserPoolId",),
    "AWS::Cognito::UserPoolClient": ("UserPoolId", "ClientId"),
    "AWS::Cognito::IdentityPool": ("Id",),
}
# Properties that have to be there, and follow from a parameter: `sam deploy` sets them again.
_REQUIRED = {"AWS::Cognito::IdentityPool": {"AllowUnauthenticatedIdentities": False}}
_LEFT_OUT = {"PageBucket"}  # the page is published anew


@explained()
def main() -> int:
    """The exit status, after the import."""
    arguments = Arguments.of_environment()
    old = arguments.text("FROM")
    if not old:
        raise CommandError("FROM= is missing: the name or the id of the stack that was deleted")
    session = boto3.Session(region_name=os.environ.get("AWS_REGION") or None)
    if session.region_name is None:
        raise NoRegionError
    new = arguments.text("STACK", DEFAULT_STACK)
    adopted = adopt(session.client("cloudformation"), old, new)
    console.print(f"{new} has {', '.join(adopted)} of {old}. `sam deploy` adds the rest.")
    return 0


def adopt(cloudformation: Any, old: str, new: str) -> list[str]:
    """The logical ids of what the new stack now has, of what the deleted one has left.

    Raises:
        CommandError: no such stack was deleted within 90 days, or it has left nothing.
    """
    stack_id = _deleted(cloudformation, old)
    template = _template(cloudformation, stack_id)
    physical = {
        event["LogicalResourceId"]: event["PhysicalResourceId"]
        for page in cloudformation.get_paginator("describe_stack_events").paginate(
            StackName=stack_id
        )
        for event in page["StackEvents"]
        if event["ResourceStatus"] == "DELETE_SKIPPED"
    }
    left = {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] in IDENTIFIERS and name in physical and name not in _LEFT_OUT
    }
    if not left:
        raise CommandError(f"{old} has left nothing that a stack could adopt")
    cloudformation.create_change_set(
        StackName=new,
        ChangeSetName=CHANGE_SET,
        ChangeSetType="IMPORT",
        TemplateBody=json.dumps({"Resources": {n: _written_out(r, left) for n, r in left.items()}}),
        ResourcesToImport=[
            {
                "ResourceType": resource["Type"],
                "LogicalResourceId": name,
                "ResourceIdentifier": _identifier(name, resource, physical),
            }
            for name, resource in left.items()
        ],
    )
    which = {"StackName": new, "ChangeSetName": CHANGE_SET}
    cloudformation.get_waiter("change_set_create_complete").wait(**which)
    cloudformation.execute_change_set(**which)
    cloudformation.get_waiter("stack_import_complete").wait(StackName=new)
    return list(left)


def _deleted(cloudformation: Any, old: str) -> str:
    pages = cloudformation.get_paginator("list_stacks").paginate(
        StackStatusFilter=["DELETE_COMPLETE"]
    )
    for page in pages:  # newest first
        for stack in page["StackSummaries"]:
            if old in (stack["StackName"], stack["StackId"]):
                return str(stack["StackId"])
    raise CommandError(f"no stack {old} was deleted here within the last 90 days")


def _template(cloudformation: Any, stack_id: str) -> dict[str, Any]:
    body = cloudformation.get_template(StackName=stack_id, TemplateStage="Processed")
    found = body["TemplateBody"]
    template: dict[str, Any] = json.loads(found) if isinstance(found, str) else dict(found)
    return template


def _written_out(resource: Mapping[str, Any], left: Mapping[str, Any]) -> dict[str, Any]:
    """A resource without the properties that refer to anything else than what is imported, too."""
    properties = {
        name: value
        for name, value in resource.get("Properties", {}).items()
        if not _refers(value) or (isinstance(value, dict) and value.get("Ref") in left)
    }
    return {
        "Type": resource["Type"],
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {**_REQUIRED.get(resource["Type"], {}), **properties},
    }


def _refers(value: Any) -> bool:
    """Whether a value has an intrinsic function anywhere."""
    if isinstance(value, dict):
        return any(
            name in ("Ref", "Condition") or name.startswith("Fn::") or _refers(inner)
            for name, inner in value.items()
        )
    return isinstance(value, list) and any(_refers(inner) for inner in value)


def _identifier(
    name: str, resource: Mapping[str, Any], physical: Mapping[str, str]
) -> dict[str, str]:
    keys = IDENTIFIERS[resource["Type"]]
    if len(keys) == 1:
        return {keys[0]: physical[name]}
    pool = resource["Properties"]["UserPoolId"]["Ref"]
    return {"UserPoolId": physical[pool], "ClientId": physical[name]}


if __name__ == "__main__":
    run_command(main)
