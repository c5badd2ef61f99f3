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

from bench.capacity import Capacity
from bench.deployed import Deployed, functions
from local.paths import ROOT
from local.template import of_type, steps_of

UPLOADS, PROCESSED, REGION = "uploads", "processed", "us-east-1"
# Which event each function gets of a photo that is uploaded, by the filters of subscriptions.
ON_UPLOAD = ("relay", *steps_of("picture"), "cleanup")
ON_RECEIPT = ("notify",)
ON_NOTIFICATION = ("digest",)
ON_CHANGE = ("live",)
# How many subscriptions look into each event of an upload.
FILTERS = sum(
    subscription.get("FilterPolicyScope") == "MessageBody"
    for subscription in of_type("AWS::SNS::Subscription").values()
)


@dataclass
class Handled:
    """What one upload is to a function: over all its messages about it, the median of rounds."""

    name: str
    memory_mb: int
    messages: int = 0
    cpu_ms: float = 0.0
    calls: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    log_bytes: int = 0
    filtered_bytes: int = 0


class Meter:
    """Counts AWS calls, and takes their processor time out of what is measured.

    `published` are the messages that were sent to topics, `filtered_bytes` what filters of
    subscriptions read of uploads' events.
    """

    def __init__(self, capacity: Capacity) -> None:
        self.calls: Counter[str] = Counter()
        self.seconds = 0.0
        self.published: list[str] = []
        self.filtered_bytes = 0
        self._capacity = capacity

    @contextmanager
    def attached(self) -> Iterator[None]:
        clients: Any = botocore.client.BaseClient  # no public hook spans a whole call
        real = clients._make_api_call

        def timed(client: Any, operation: str, parameters: Any) -> Any:
            if self._capacity.is_looking:
                return real(client, operation, parameters)
            started = time.thread_time()
            try:
                with self._capacity.charged(operation, parameters):
                    return real(client, operation, parameters)
            finally:
                self.seconds += time.thread_time() - started
                self.calls[f"{client.meta.service_model.service_name}:{operation}"] += 1
                if operation == "PublishBatch":
                    entries = parameters["PublishBatchRequestEntries"]
                    size = sum(len(entry["Message"]) for entry in entries)
                    self.filtered_bytes += FILTERS * size
                if operation == "Publish":
                    message = json.loads(parameters["Message"])
                    # One to people has a text for each kind of subscriber.
                    self.published.append(message.get("default", parameters["Message"]))

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
        measured = (*ON_UPLOAD, *ON_RECEIPT, *ON_NOTIFICATION, *ON_CHANGE)
        deployed = {name: everyone[name] for name in measured}
        apps = {name: _loaded(function) for name, function in deployed.items()}
        capacity = Capacity(of_type("AWS::DynamoDB::Table"), _filters(*ON_CHANGE))
        bench = Bench(apps, deployed, capacity, log)
        runs = [bench.one_upload(photo, number) for number in range(rounds + 1)]
    found = [_middle([run[name] for run in runs[1:]]) for name in runs[0]]
    print(json.dumps([vars(each) for each in found]))


def _filters(name: str) -> dict[str, list[dict[str, Any]]]:
    """By a table, the patterns of changes that wake a function; no pattern means that all do."""
    events = of_type("AWS::Serverless::Function")[f"{name.title()}Function"]["Events"].values()
    return {
        names[0]: [json.loads(each["Pattern"]) for each in source["FilterCriteria"]["Filters"]]
        for source in (event["Properties"] for event in events)
        if "FilterCriteria" in source
        for names in [source["Stream"]["Fn::GetAtt"]]
    }


def _provide() -> None:
    s3, dynamodb = boto3.client("s3"), boto3.client("dynamodb")
    for bucket in (UPLOADS, PROCESSED):
        s3.create_bucket(Bucket=bucket)
    for name, properties in of_type("AWS::DynamoDB::Table").items():
        wanted = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")
        dynamodb.create_table(
            TableName=name, **{key: properties[key] for key in wanted if key in properties}
        )
    for name in ("notifications", "messages", "uploads", "removals", "processed"):
        topic = boto3.client("sns").create_topic(Name=name)
        os.environ[f"{name.upper()}_TOPIC_ARN"] = topic["TopicArn"]


def _loaded(function: Deployed) -> ModuleType:
    ours = {"PROCESSED_BUCKET", "UPLOADS_BUCKET"}
    os.environ.update(
        {
            name: value
            for name, value in function.variables.items()
            if name not in ours and not name.endswith("_TOPIC_ARN")
        }
    )
    os.environ["LIVE_API_URL"] = f"https://live.execute-api.{REGION}.amazonaws.com/live"
    os.environ["PROCESSED_BUCKET"], os.environ["UPLOADS_BUCKET"] = PROCESSED, UPLOADS
    path = ROOT / "functions" / function.name / "app.py"
    spec = importlib.util.spec_from_file_location(f"{function.name}_app", path)
    if spec is None or spec.loader is None:
        raise ImportError(function.name)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@dataclass
class Bench:
    """The handlers, and what is counted of them."""

    apps: dict[str, ModuleType]
    deployed: dict[str, Deployed]
    capacity: Capacity
    log: io.StringIO

    def one_upload(self, photo: bytes, number: int) -> dict[str, Handled]:
        """What a photo is to each function, from its event to its mail and its owner's pages."""
        s3, changes_before = boto3.client("s3"), self.capacity.changes
        key = f"users/{REGION}:bench/photo-{number}.jpg"
        etag = s3.put_object(Bucket=UPLOADS, Key=key, Body=photo)["ETag"].strip('"')
        created = _event(_record(UPLOADS, key, number, {"size": len(photo), "eTag": etag}))
        done: dict[str, Handled] = {}
        receipts: list[str] = []
        for name in ON_UPLOAD:
            done[name], published = self._handled(name, [created])
            receipts += published
        told: list[str] = []
        for name in ON_RECEIPT:
            done[name], told = self._handled(name, [_message(body) for body in receipts])
        for name in ON_NOTIFICATION:
            done[name], _ = self._handled(name, [_message(body) for body in told])
        changes = self.capacity.changes - changes_before
        for name in ON_CHANGE:
            done[name], _ = self._handled(name, [_change(key)] * changes)
        return done

    def _handled(self, name: str, events: list[dict[str, Any]]) -> tuple[Handled, list[str]]:
        """One message, and so one invocation, for each event: what a quiet hour is like.

        And what it published.
        """
        function = self.deployed[name]
        handled = Handled(function.name, function.memory_mb, messages=len(events))
        told: list[str] = []
        for event in events:
            meter, written, units = Meter(self.capacity), self.log.tell(), +self.capacity.units
            with meter.attached():
                started = time.thread_time()
                answer = self.apps[name].handler(event, _context(function))
                spent = time.thread_time() - started
            if answer and answer["batchItemFailures"]:
                raise RuntimeError(f"{name} failed: {self.log.getvalue()[written:]}")
            handled.cpu_ms += (spent - meter.seconds) * 1000
            handled.calls += meter.calls
            handled.units += self.capacity.units - units
            handled.log_bytes += self.log.tell() - written
            handled.filtered_bytes += meter.filtered_bytes
            told += meter.published
        return handled, told


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


def _change(key: str) -> dict[str, Any]:
    """A change of the photo's item, as its table's stream tells it; nobody has a page open."""
    keys = {"identity_id": {"S": f"{REGION}:bench"}, "image": {"S": key}}
    change = {"Keys": keys, "NewImage": keys}
    return {"Records": [{"eventName": "MODIFY", "dynamodb": change}]}


def _event(record: dict[str, Any]) -> dict[str, Any]:
    return _message(json.dumps({"Records": [record]}))


def _message(body: str) -> dict[str, Any]:
    message = {
        "messageId": "1",
        "receiptHandle": "none",
        "body": body,
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
