"""`make invoke FUNCTION=… EVENT=…`: one built function, as Lambda would run it.

The function runs against a deployed local cloud, under its own role and with its configuration, so
a missing grant, variable or package shows here. The example names in the event are replaced: its
buckets become the deployed ones, and the photo that it is about is uploaded first.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from local.paths import EVENTS, ROOT
from local.photos import sample_photos
from local.runtime import Invocation, built, invoke
from local.tables import houses
from local.user import plain, wait_for
from local.videos import film
from operations.command import CommandError, run_command
from operations.running import RunningCloud, find_running
from operations.screen import Screen

console = Screen(highlight=False, soft_wrap=True)


def main() -> int:
    """The exit status: 1 if the function failed or reported a message as failed."""
    function, event_file = check_arguments(*[*sys.argv[1:], "", ""][:2])
    event = read_event(event_file)
    with cloud() as running:
        aim(event, running)
        invocation = invoke_as_deployed(running, function, event)
    console.print(invocation.logs, markup=False)
    console.print(f"[bold]result[/] {json.dumps(invocation.answer)}")
    for name, value in invocation.milliseconds.items():
        console.print(f"[bold]{name}[/] {value:.0f} ms")
    failures = isinstance(invocation.answer, dict) and invocation.answer.get("batchItemFailures")
    return 1 if invocation.failed or failures else 0


def check_arguments(function: str, event: str) -> tuple[str, Path]:
    """The function's name and the event's file.

    Raises:
        CommandError: there is no such function or event; the message lists those that exist.
    """
    functions = sorted(path.parent.name for path in ROOT.glob("functions/*/app.py"))
    if function not in functions:
        raise CommandError(f"FUNCTION={function} is none of: {', '.join(functions)}")
    path = ROOT / event
    if not event or not path.is_file():
        events = sorted(str(path.relative_to(ROOT)) for path in EVENTS.glob("*.json"))
        raise CommandError(f"EVENT={event} is none of: {', '.join(events)}")
    return function, path


def read_event(path: Path) -> Any:
    """The event in a file.

    Raises:
        CommandError: the file is not JSON.
    """
    try:
        return json.loads(path.read_text())
    except ValueError as error:
        raise CommandError(f"{path.name} is not JSON: {error}") from error


@contextmanager
def cloud() -> Iterator[RunningCloud]:
    """The running cloud, or else a new one while the block runs."""
    if (running := find_running()) is not None:
        console.print(f"Using the cloud of `make run` at {running.endpoint}")
        yield running
        return
    console.print(
        "No cloud is running (`make run` starts one): building and deploying one for this"
    )
    with LocalCloud("invoke") as own:
        own.build()
        own.deploy()
        yield own.running


def invoke_as_deployed(running: RunningCloud, function: str, event: object) -> Invocation:
    """The result of the built function, run with the deployed one's variables, timeout and role."""
    logical_id = f"{function.title()}Function"
    pages = (
        running.client("cloudformation")
        .get_paginator("list_stack_resources")
        .paginate(StackName=running.stack)
    )
    resources = [each for page in pages for each in page["StackResourceSummaries"]]
    names = {each["PhysicalResourceId"]: each["LogicalResourceId"] for each in resources}
    deployed = next(name for name, logical in names.items() if logical == logical_id)
    configuration = running.client("lambda").get_function_configuration(FunctionName=deployed)
    # SAM appends ten hexadecimal digits to a layer's logical id, one set for each content.
    layers = [
        built(names[layer["Arn"]][:-10]) / "python" for layer in configuration.get("Layers", [])
    ]
    role = running.client("sts").assume_role(
        RoleArn=configuration["Role"], RoleSessionName="invoke"
    )["Credentials"]
    variables = {
        **configuration.get("Environment", {}).get("Variables", {}),
        "AWS_ENDPOINT_URL": running.endpoint,
        "AWS_REGION": running.owner["AWS_REGION"],
        "AWS_DEFAULT_REGION": running.owner["AWS_REGION"],
        "AWS_ACCESS_KEY_ID": role["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": role["SecretAccessKey"],
        "AWS_SESSION_TOKEN": role["SessionToken"],
        "AWS_LAMBDA_FUNCTION_NAME": configuration["FunctionName"],
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration["MemorySize"]),
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(configuration["Timeout"]),
    }
    return invoke(
        built(logical_id),
        str(configuration["Handler"]),
        layers=layers,
        variables=variables,
        event=event,
    )


def aim(event: Any, running: RunningCloud) -> None:
    """Change an example event, in place, so that it is about objects in this cloud."""
    for message in event.get("Records", []) if isinstance(event, dict) else []:
        try:
            body = json.loads(message["body"])
        except (KeyError, TypeError, ValueError):
            continue
        for record in body.get("Records", []) if isinstance(body, dict) else []:
            _aim_record(record, running)
        message["body"] = json.dumps(body)


def _aim_record(record: dict[str, Any], running: RunningCloud) -> None:
    bucket, thing = record["s3"]["bucket"], record["s3"]["object"]
    key = unquote_plus(thing["key"])
    is_output = "processed" in bucket["name"].lower()
    name = "ProcessedBucketName" if is_output else "UploadsBucketName"
    bucket["name"] = running.outputs[name]
    bucket["arn"] = f"arn:aws:s3:::{bucket['name']}"
    if not record["eventName"].startswith("ObjectCreated"):
        return
    upload = key.rsplit("/", 2)[0] if is_output else key
    item = _uploaded(upload, running)
    if is_output:
        filename = key.rsplit("/", 1)[1]
        thing["key"] = quote_plus(f"{upload}/{item['version']}/{filename}", safe="/")
    else:
        original = running.client("s3").head_object(Bucket=bucket["name"], Key=key)
        thing["eTag"] = original["ETag"].strip('"')
        thing["sequencer"] = item["sequencer"]
        thing["size"] = int(item["bytes"])


def _sample(key: str) -> bytes:
    """A file of the kind that a key's name promises."""
    if key.endswith(".csv"):
        return houses()
    launch = next(photo.body for photo in sample_photos() if photo.name == "launch.jpg")
    return film([launch], seconds=1) if key.endswith(".mov") else launch


def _uploaded(key: str, running: RunningCloud) -> dict[str, Any]:
    """The record of the upload with this key; a sample file is uploaded if there is none."""
    s3, dynamodb = running.client("s3"), running.client("dynamodb")
    bucket = running.outputs["UploadsBucketName"]
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError:
        s3.put_object(Bucket=bucket, Key=key, Body=_sample(key))
        console.print(f"Uploaded a sample file as {key}: the deployed functions process it too,")
        console.print("and this invocation repeats one of their steps")
    item = {"identity_id": {"S": key.split("/")[1]}, "image": {"S": key}}

    def record() -> dict[str, Any] | None:
        answer = dynamodb.get_item(
            TableName=running.outputs["ImagesTableName"], Key=item, ConsistentRead=True
        )
        return plain(answer["Item"]) if "Item" in answer else None

    return wait_for(record, seconds=30, what=f"the deployed functions to see {key}")


if __name__ == "__main__":
    run_command(main)
