"""Small functions and layers in an emulator."""

from __future__ import annotations

import json
import secrets
from typing import Any

from local.server import Server
from tests.archives import zipped
from tests.e2e.emulator.principals import client

RUNTIME = "python3.13"


def create_function(server: Server, source: str, **options: Any) -> tuple[str, str]:
    """A new function whose module has a `handler`; its name and its ARN."""
    name = f"function-{secrets.token_hex(4)}"
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = client(server, "iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    made = client(server, "lambda").create_function(
        FunctionName=name,
        Runtime=RUNTIME,
        Role=role["Role"]["Arn"],
        Handler="app.handler",
        Code={"ZipFile": zipped({"app.py": source})},
        **options,
    )
    return name, made["FunctionArn"]


def feed(server: Server, function: str, url: str, **options: Any) -> None:
    """Let a function take the messages of the queue at an URL."""
    described = client(server, "sqs").get_queue_attributes(
        QueueUrl=url, AttributeNames=["QueueArn"]
    )
    client(server, "lambda").create_event_source_mapping(
        FunctionName=function, EventSourceArn=described["Attributes"]["QueueArn"], **options
    )


def invoke(server: Server, name: str) -> Any:
    """What a function returns."""
    answer = client(server, "lambda").invoke(FunctionName=name, Payload=b"{}")
    payload = json.loads(answer["Payload"].read())
    assert "FunctionError" not in answer, payload
    return payload
