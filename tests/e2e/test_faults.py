"""Every photo comes to its one end and counts once, whatever the network and the services do.

The functions reach the cloud through a proxy that injects faults; the cloud's own queues poll it
directly. Messages that failed come again after seconds here, not after minutes: the queues'
visibility timeout is set down, which also makes SQS deliver some of them twice.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local.cloud import LocalCloud
from local.server import Server
from local.user import User, wait_for
from tests.e2e.fault_proxy import (
    FaultProxy,
    Request,
    corrupt,
    cut,
    dynamodb_error,
    hold,
    lose_reply,
    reset,
    slow_down,
    wait_for_event,
)
from tests.e2e.photos import photo

VISIBILITY_SECONDS = 6
OUTAGE_SECONDS = 60


@pytest.fixture(scope="module")
def proxy() -> Iterator[FaultProxy]:
    with FaultProxy() as started:
        yield started


@pytest.fixture(scope="module")
def faulty(proxy: FaultProxy, cloud: LocalCloud) -> Iterator[LocalCloud]:
    """A cloud of its own, built already, whose functions talk through the proxy."""
    server = Server("faults", functions_endpoint=proxy.endpoint, persistent=True)
    with LocalCloud("faults", server=server) as deployed:
        proxy.target = server.port
        deployed.deploy()
        set_visibility(deployed, VISIBILITY_SECONDS)
        yield deployed


def set_visibility(cloud: LocalCloud, seconds: int) -> None:
    """How soon a message that failed comes again."""
    sqs = cloud.client("sqs")
    for name, url in cloud.outputs.items():
        if name.endswith("QueueUrl") and not name.endswith("DeadLetterQueueUrl"):
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})


@contextmanager
def visibility(cloud: LocalCloud, seconds: int) -> Iterator[None]:
    """Another visibility timeout of all queues meanwhile."""
    set_visibility(cloud, seconds)
    try:
        yield
    finally:
        set_visibility(cloud, VISIBILITY_SECONDS)


def to_s3(verb: str) -> Any:
    return lambda request: request.service == "s3" and request.operation.startswith(f"{verb} ")


def to_uploads(cloud: LocalCloud) -> Any:
    start = f"GET /{cloud.outputs['UploadsBucketName']}/"
    return lambda request: request.operation.startswith(start)


def to_dynamodb(operation: str = "") -> Any:
    def matches(request: Request) -> bool:
        return request.service == "dynamodb" and operation in ("", request.operation)

    return matches


def upload(user: User, count: int, name: str) -> dict[str, int]:
    """Upload photos; their keys and sizes."""
    bodies = [photo(seed) for seed in range(count)]
    return {user.upload(f"{name}-{i}.jpg", body): len(body) for i, body in enumerate(bodies)}


def assert_ended_once(cloud: LocalCloud, user: User, sizes: dict[str, int]) -> None:
    """Guarantees 1 and 2: every upload is processed, told of once and counted once."""
    for key in sizes:
        assert user.wait_for_end(key, seconds=90)["status"] == "processed"
    cloud.wait_until_idle(90)
    told = Counter((note["image"], note["kind"]) for note in user.notifications())
    assert told == {(key, "processed"): 1 for key in sizes}
    usage = user.usage()["total"]
    assert (int(usage["stored_bytes"]), int(usage["stored_objects"])) == (
        sum(sizes.values()),
        len(sizes),
    )
    for key in sizes:
        image = user.image(key)
        assert image is not None
        for made in image["renditions"].values():
            assert len(user.output(made["key"])) == made["bytes"]
    assert cloud.dead_letters() == {}


SINGLE = {
    "S3 says SlowDown to reads": (to_s3("GET"), slow_down, 12),
    "S3 says SlowDown to writes": (to_s3("PUT"), slow_down, 12),
    "a body is cut": ("uploads", cut, 6),
    "a body is corrupted": ("uploads", corrupt, 6),
    "DynamoDB throttles": (
        to_dynamodb(), dynamodb_error("ProvisionedThroughputExceededException"), 25,
    ),
    "conditions fail": (
        to_dynamodb("UpdateItem"), dynamodb_error("ConditionalCheckFailedException"), 4,
    ),
    "transactions collide": (
        to_dynamodb("TransactWriteItems"),
        dynamodb_error(
            "TransactionCanceledException",
            reasons=', "CancellationReasons": [{"Code": "TransactionConflict"}]',
        ),
        12,
    ),
    "connections are reset": (lambda _: True, reset, 25),
    "replies of writes are lost": (
        lambda r: r.operation in ("UpdateItem", "PutItem", "TransactWriteItems"), lose_reply, 12,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SINGLE)
def test_photos_end_once_when(name: str, faulty: LocalCloud, proxy: FaultProxy) -> None:
    matches, act, times = SINGLE[name]
    if matches == "uploads":
        matches = to_uploads(faulty)
    ann = faulty.new_user()
    with proxy.inject(matches, act, times=times) as fault:
        sizes = upload(ann, 3, "photo")
        wait_for(lambda: fault.fired >= times or None, seconds=60, what="the fault to fire")
    assert_ended_once(faulty, ann, sizes)
    assert fault.fired == times


def test_photos_end_once_when_dynamodb_is_down_for_a_minute(
    faulty: LocalCloud, proxy: FaultProxy
) -> None:
    ann = faulty.new_user()
    # A message is tried five times: those of an outage have to take longer than it does.
    with visibility(faulty, 1 + OUTAGE_SECONDS // 4), proxy.inject(to_dynamodb(), reset) as fault:
        began = time.monotonic()
        sizes = upload(ann, 3, "photo")
        wait_for(
            lambda: time.monotonic() - began >= OUTAGE_SECONDS or None,
            seconds=OUTAGE_SECONDS + 5,
            what="the minute to pass",
        )
        assert (fault.fired >= 30, [ann.image(key) for key in sizes]) == (True, [None] * 3)
    assert_ended_once(faulty, ann, sizes)


def test_photo_fails_and_recovers_when_an_outage_outlasts_all_attempts(
    faulty: LocalCloud, proxy: FaultProxy
) -> None:
    ann = faulty.new_user()
    sqs, dead = faulty.client("sqs"), faulty.outputs["ThumbnailDeadLetterQueueUrl"]
    letter = "thumbnail-1920"
    with proxy.inject(lambda r: r.operation.startswith("PUT ") and letter in r.operation, reset):
        (key,) = sizes = upload(ann, 1, "photo")
        wait_for(lambda: faulty.depth("ThumbnailDeadLetterQueue") or None, seconds=120, what="it")
    with proxy.inject(lambda r: r.service == "sqs", hold(16), times=1) as slow:
        invoke(faulty, "FailFunction")
    assert slow.fired == 1
    image = ann.image(key)
    assert image is not None
    assert (image["status"], image["reason"]) == ("failed", "unfinished")
    assert faulty.depth("ThumbnailDeadLetterQueue") == 1

    (message,) = sqs.receive_message(QueueUrl=dead)["Messages"]
    sqs.send_message(QueueUrl=faulty.outputs["ThumbnailQueueUrl"], MessageBody=message["Body"])
    sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])

    wait_for(
        lambda: (ann.image(key) or {}).get("status") == "processed" or None,
        seconds=60,
        what="the photo to be processed",
    )
    wait_for(lambda: len(ann.notifications()) > 1 or None, seconds=30, what="the good news")
    assert [note["kind"] for note in ann.notifications()] == ["failed", "processed"]
    assert int(ann.usage()["total"]["stored_bytes"]) == sum(sizes.values())


@pytest.mark.skipif(sys.platform != "linux", reason="finds the function's process in /proc")
@pytest.mark.parametrize("function", ["Quota", "Notify"])
def test_photos_end_once_when_a_function_is_killed_in_mid_batch(
    faulty: LocalCloud, proxy: FaultProxy, function: str
) -> None:
    ann = faulty.new_user()
    operation = "TransactWriteItems" if function == "Quota" else "Publish"
    arrived, go_on = threading.Event(), threading.Event()

    def matches(request: Request) -> bool:
        if operation == "Publish":
            return request.service == "sns"
        return request.operation == operation and b"UsageTable" in request.body

    with proxy.inject(matches, wait_for_event(arrived, go_on), times=1) as fault:
        sizes = upload(ann, 4, "photo")
        assert arrived.wait(60)
        found = workers(faulty, f"{function}Function")
        for pid in found:
            os.kill(pid, signal.SIGKILL)
        go_on.set()
    assert (fault.fired, found != []) == (1, True)
    assert_ended_once(faulty, ann, sizes)


def test_photos_end_once_when_the_cloud_is_restarted_with_its_state(
    faulty: LocalCloud, proxy: FaultProxy
) -> None:
    ann = faulty.new_user()
    sizes = upload(ann, 6, "photo")
    faulty.server.restart()
    # Sessions are not part of the state that the emulator keeps: its owner looks.
    looking = replace(ann, s3=faulty.client("s3"), dynamodb=faulty.client("dynamodb"))
    assert_ended_once(faulty, looking, sizes)


def invoke(cloud: LocalCloud, function: str) -> None:
    """Run a function as its schedule does, which here comes when it is wanted."""
    stack = cloud.client("cloudformation")
    name = stack.describe_stack_resource(StackName="darkroom", LogicalResourceId=function)[
        "StackResourceDetail"
    ]["PhysicalResourceId"]
    answer = cloud.client("lambda").invoke(FunctionName=name, Payload=b'{"source": "aws.events"}')
    assert "FunctionError" not in answer, answer["Payload"].read()


def workers(cloud: LocalCloud, function: str) -> list[int]:
    """The processes that run a function."""
    marked = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            environment = entry.read_bytes().split(b"\0")
        except OSError:
            continue  # another's, or gone
        port = f"GATEWAY_PORT={cloud.server.port}".encode()
        name = next((v for v in environment if v.startswith(b"AWS_LAMBDA_FUNCTION_NAME=")), b"")
        if port in environment and function.encode() in name:
            marked.append(int(entry.parent.name))
    return marked
