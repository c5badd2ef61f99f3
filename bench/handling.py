"""One photo through every handler, against AWS simulated in memory: `python -m bench.handling
PHOTO ROUNDS` prints for each function its own processor time, its calls to AWS and its log.

Time within an AWS call is the simulation's and is left out; the calls are counted instead. Each
round is a new upload; the first one warms the handlers up.
"""

from __future__ import annotations

import importlib.util
import io
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from types import ModuleType, SimpleNamespace
from typing import Any

import boto3
import botocore.client
from moto import mock_aws

from bench.deployed import Deployed, functions
from local.paths import ROOT
from local.template import of_type, steps

UPLOADS, PROCESSED, REGION = "uploads", "processed", "us-east-1"
# Which event each function gets of an upload that is processed.
ON_UPLOAD = (*steps(), "cleanup")
ON_RECEIPT = ("notify",)


@dataclass
class Handled:
    """What one upload is to a function: over all its messages about it, the median of rounds."""

    name: str
    memory_mb: int
    messages: int = 0
    cpu_ms: float = 0.0
    calls: Counter[str] = field(default_factory=Counter)
    log_bytes: int = 0


class Meter:
    """Counts AWS calls, and takes their processor time out of what is measured."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.seconds = 0.0

    @contextmanager
    def attached(self) -> Iterator[None]:
        clients: Any = botocore.client.BaseClient  # no public hook spans a whole call
        real = clients._make_api_call

        def timed(client: Any, operation: str, parameters: Any) -> Any:
            started = time.thread_time()
            try:
                return real(client, operation, parameters)
            finally:
                self.seconds += time.thread_time() - started
                items = parameters.get("TransactItems", [None])
                self.calls[f"{client.meta.service_model.service_name}:{operation}"] += len(items)

        clients._make_api_call = timed
        try:
            yield
        finally:
            clients._make_api_call = real


def main() -> None:
    photo, rounds = Path(sys.argv[1]).read_bytes(), int(sys.argv[2])
    os.environ.update({"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"})
    os.environ.update({"AWS_DEFAULT_REGION": REGION, "AWS_LAMBDA_FUNCTION_NAME": "bench"})
    log = io.StringIO()
    with mock_aws(), redirect_stdout(log):
        _provide()
        everyone = {function.name: function for function in functions()}
        deployed = {name: everyone[name] for name in (*ON_UPLOAD, *ON_RECEIPT)}
        apps = {name: _loaded(function) for name, function in deployed.items()}
        runs = [_one_upload(apps, deployed, photo, number, log) for number in range(rounds + 1)]
    found = [_middle([run[name] for run in runs[1:]]) for name in runs[0]]
    print(json.dumps([vars(each) for each in found]))


def _provide() -> None:
    s3, dynamodb = boto3.client("s3"), boto3.client("dynamodb")
    for bucket in (UPLOADS, PROCESSED):
        s3.create_bucket(Bucket=bucket)
    for name, properties in of_type("AWS::DynamoDB::Table").items():
        wanted = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")
        dynamodb.create_table(
            TableName=name, **{key: properties[key] for key in wanted if key in properties}
        )
    topic = boto3.client("sns").create_topic(Name="notifications")
    os.environ["NOTIFICATIONS_TOPIC_ARN"] = topic["TopicArn"]


def _loaded(function: Deployed) -> ModuleType:
    ours = {"NOTIFICATIONS_TOPIC_ARN", "PROCESSED_BUCKET", "UPLOADS_BUCKET"}
    os.environ.update({k: v for k, v in function.variables.items() if k not in ours})
    os.environ["PROCESSED_BUCKET"], os.environ["UPLOADS_BUCKET"] = PROCESSED, UPLOADS
    path = ROOT / "functions" / function.name / "app.py"
    spec = importlib.util.spec_from_file_location(f"{function.name}_app", path)
    if spec is None or spec.loader is None:
        raise ImportError(function.name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _one_upload(
    apps: dict[str, ModuleType],
    deployed: dict[str, Deployed],
    photo: bytes,
    number: int,
    log: io.StringIO,
) -> dict[str, Handled]:
    s3 = boto3.client("s3")
    key = f"users/{REGION}:bench/photo-{number}.jpg"
    etag = s3.put_object(Bucket=UPLOADS, Key=key, Body=photo)["ETag"].strip('"')
    created = _record(UPLOADS, key, number, {"size": len(photo), "eTag": etag})
    done = {name: _handled(apps[name], deployed[name], [created], log) for name in ON_UPLOAD}
    listed = s3.list_objects_v2(Bucket=PROCESSED, Prefix=key)["Contents"]
    receipts = [
        _record(PROCESSED, each["Key"], number, {"size": each["Size"], "eTag": "none"})
        for each in listed
        if each["Key"].endswith(".json")
    ]
    for name in ON_RECEIPT:
        done[name] = _handled(apps[name], deployed[name], receipts, log)
    return done


def _handled(
    app: ModuleType, function: Deployed, records: list[dict[str, Any]], log: io.StringIO
) -> Handled:
    """One message, and so one invocation, for each record: what a quiet hour is like."""
    handled = Handled(function.name, function.memory_mb, messages=len(records))
    for record in records:
        meter, written = Meter(), log.tell()
        with meter.attached():
            started = time.thread_time()
            answer = app.handler(_event(record), _context(function))
            spent = time.thread_time() - started
        if answer["batchItemFailures"]:
            raise RuntimeError(f"{function.name} failed: {log.getvalue()[written:]}")
        handled.cpu_ms += (spent - meter.seconds) * 1000
        handled.calls += meter.calls
        handled.log_bytes += log.tell() - written
    return handled


def _middle(runs: list[Handled]) -> Handled:
    last = runs[-1]
    last.cpu_ms = median(run.cpu_ms for run in runs)
    return last


def _record(bucket: str, key: str, number: int, stored: dict[str, Any]) -> dict[str, Any]:
    place = {"key": key, "sequencer": f"0066{number + 1:014X}", **stored}
    return {
        "eventVersion": "2.6",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": "2026-11-24T08:30:00.000Z",
        "eventName": "ObjectCreated:Put",
        "s3": {"bucket": {"name": bucket}, "object": place},
    }


def _event(record: dict[str, Any]) -> dict[str, Any]:
    message = {
        "messageId": "1",
        "receiptHandle": "none",
        "body": json.dumps({"Records": [record]}),
        "attributes": {"ApproximateReceiveCount": "1"},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{REGION}:123456789012:queue",
        "awsRegion": REGION,
    }
    return {"Records": [message]}


def _context(function: Deployed) -> Any:
    return SimpleNamespace(
        function_name=function.name,
        memory_limit_in_mb=function.memory_mb,
        invoked_function_arn=f"arn:aws:lambda:{REGION}:123456789012:function:{function.name}",
        aws_request_id="request",
        get_remaining_time_in_millis=lambda: 30_000,
    )


if __name__ == "__main__":
    main()
