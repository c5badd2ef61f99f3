"""CloudFormation makes a cluster of Aurora DSQL.

AWS: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dsql-cluster.html
MiniStack has DSQL, and no resource of its type: a stack that has one fails. Obsolete once such a
stack is deployed.
"""

from __future__ import annotations

import importlib
import json
import time
from typing import Any

_TYPE = "AWS::DSQL::Cluster"
_READY_SECONDS = 60


def apply() -> None:
    """Make and delete clusters for stacks, and wait on a worker thread until they are ready."""
    provisioners = importlib.import_module("ministack.services.cloudformation.provisioners")
    stacks = importlib.import_module("ministack.services.cloudformation.stacks")
    provisioners._RESOURCE_HANDLERS[_TYPE] = {"create": create, "delete": delete}
    on_worker_thread = stacks._runs_on_worker_thread

    def runs_on_worker_thread(resource_type: str) -> bool:
        return resource_type == _TYPE or bool(on_worker_thread(resource_type))

    vars(stacks)["_runs_on_worker_thread"] = runs_on_worker_thread


def create(_logical_id: str, properties: dict[str, Any], _stack: str) -> tuple[str, dict[str, Any]]:
    """The id and the attributes of a new cluster, once it is ready."""
    dsql = importlib.import_module("ministack.services.dsql")
    protected = str(properties.get("DeletionProtectionEnabled", False)).lower() == "true"
    tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
    _, _, body = dsql._create_cluster({"deletionProtectionEnabled": protected, "tags": tags})
    identifier = json.loads(body)["identifier"]
    cluster = dsql._clusters[identifier]
    deadline = time.monotonic() + _READY_SECONDS
    while cluster["status"] != "ACTIVE" and time.monotonic() < deadline:
        time.sleep(0.02)
    attributes = {
        "Identifier": identifier,
        "ResourceArn": cluster["arn"],
        "Endpoint": cluster["endpoint"],
        "Status": cluster["status"],
    }
    return identifier, attributes


def delete(identifier: str, _properties: dict[str, Any]) -> None:
    """Delete a cluster, whether it is there or not."""
    dsql = importlib.import_module("ministack.services.dsql")
    dsql._delete_cluster(identifier, {})
