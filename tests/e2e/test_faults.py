"""Every photo comes to its one end and counts once, whatever the network and the services do.

The functions reach the cloud through a proxy that injects faults; the cloud's own queues poll it
directly. A message that failed comes again after seconds here, not after minutes.

Nearly all of a trial is waiting for that, so all trials run at once, each with a user of its own:
a fault hits requests about that user alone.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import pytest

from local.cloud import LocalCloud
from local.server import Server
from local.user import User, wait_for
from local.workers import workers
from tests.e2e.fault_proxy import (
    Act,
    FaultProxy,
    Matches,
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
from tests.e2e.stacks import run_as_scheduled

OUTAGE_SECONDS = 60
# A message is tried five times, and four pauses have to last longer than the outage, whose end is
# looked for every few seconds.
VISIBILITY_SECONDS = 4 + OUTAGE_SECONDS // 4
# A run of these may last as long as its timeout: a claim lasts as long, a sign-in may have to wait
# for the database, and a batch of events for all that is done to requests about one of them. Their
# messages must come again after that, not beside it.
LONG_RUNS = {"Notify": 36, "Introduce": 36, "Relay": 66}
END_SECONDS = 240  # for a trial, among all others


@dataclass(frozen=True)
class Stage:
    """A cloud whose functions talk through the proxy."""

    cloud: LocalCloud
    proxy: FaultProxy


@pytest.fixture(scope="module")
def stage(built: None) -> Iterator[Stage]:
    with FaultProxy() as proxy:
        server = Server("faults", functions_endpoint=proxy.endpoint, persistent=True)
        with LocalCloud("faults", server=server) as cloud:
            proxy.target = server.port
            cloud.deploy({"QuotaMinimumBytes": "0"})  # photos of the tests are small
            let_failed_messages_come_soon(cloud)
            yield Stage(cloud, proxy)


def let_failed_messages_come_soon(cloud: LocalCloud) -> None:
    for name in cloud.outputs:
        if name.endswith("QueueUrl") and not name.endswith("DeadLetterQueueUrl"):
            function = name.removesuffix("QueueUrl")
            come_again_after(cloud, function, LONG_RUNS.get(function, VISIBILITY_SECONDS))


def come_again_after(cloud: LocalCloud, function: str, seconds: int) -> None:
    """Have a function's messages come again so long after a run that failed began."""
    cloud.client("sqs").set_queue_attributes(
        QueueUrl=cloud.outputs[f"{function}QueueUrl"],
        Attributes={"VisibilityTimeout": str(seconds)},
    )


def upload(user: User, count: int) -> dict[str, int]:
    """Upload photos; their keys and sizes."""
    bodies = [photo(seed) for seed in range(count)]
    return {user.upload(f"photo-{i}.jpg", body): len(body) for i, body in enumerate(bodies)}


def assert_ended_once(cloud: LocalCloud, user: User, sizes: dict[str, int]) -> None:
    """Guarantees 1 and 2: every upload is processed, told of once and counted once."""
    for key in sizes:
        assert user.wait_for_end(key, seconds=END_SECONDS)["status"] == "processed"
    cloud.wait_until_idle(END_SECONDS)
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


# What happens to requests. ------------------------------------------------------------------------


def to_s3(verb: str) -> Matches:
    return lambda request: request.service == "s3" and request.operation.startswith(f"{verb} ")


def to_dynamodb(*operations: str) -> Matches:
    def matches(request: Request) -> bool:
        return request.service == "dynamodb" and (not operations or request.operation in operations)

    return matches


def to_originals(request: Request) -> bool:
    return to_s3("GET")(request) and "-uploadsbucket-" in request.operation


SINGLE: dict[str, tuple[Matches, Act, int]] = {
    "S3 says SlowDown to reads": (to_s3("GET"), slow_down, 12),
    "S3 says SlowDown to writes": (to_s3("PUT"), slow_down, 12),
    "a body is cut": (to_originals, cut, 6),
    "a body is corrupted": (to_originals, corrupt, 6),
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
        to_dynamodb("UpdateItem", "PutItem", "TransactWriteItems"), lose_reply, 12,
    ),
}  # fmt: skip


def about(user: User, matches: Matches = lambda _: True) -> Matches:
    """Of these requests, those about a user."""
    return lambda request: request.is_about(user.identity_id) and matches(request)


# The trials. --------------------------------------------------------------------------------------


def single(name: str, stage: Stage) -> None:
    matches, act, times = SINGLE[name]
    ann = stage.cloud.new_user()
    with stage.proxy.inject(about(ann, matches), act, times=times) as fault:
        sizes = upload(ann, 3)
        wait_for(lambda: fault.fired >= times or None, seconds=END_SECONDS, what="the fault")
    assert_ended_once(stage.cloud, ann, sizes)
    assert fault.fired == times


def down_for_a_minute(stage: Stage) -> None:
    ann = stage.cloud.new_user()
    with stage.proxy.inject(about(ann, to_dynamodb()), reset) as fault:
        sizes = upload(ann, 3)
        wait_for(lambda: fault.fired or None, seconds=END_SECONDS, what="the fault")
        began = time.monotonic()
        wait_for(
            lambda: time.monotonic() - began >= OUTAGE_SECONDS or None, what="the minute to pass"
        )
        assert (fault.fired >= 30, [ann.image(key) for key in sizes]) == (True, [None] * 3)
    assert_ended_once(stage.cloud, ann, sizes)


def outlasted(stage: Stage) -> None:
    cloud, ann = stage.cloud, stage.cloud.new_user()
    sqs, dead = cloud.client("sqs"), cloud.outputs["ThumbnailDeadLetterQueueUrl"]

    def writes_largest_thumbnail(request: Request) -> bool:
        return to_s3("PUT")(request) and "thumbnail-1920" in request.operation

    with stage.proxy.inject(about(ann, writes_largest_thumbnail), reset):
        (key,) = sizes = upload(ann, 1)
        wait_for(
            lambda: cloud.depth("ThumbnailDeadLetterQueue") or None,
            seconds=END_SECONDS,
            what="the dead letter",
        )
    with stage.proxy.inject(lambda r: r.service == "sqs", hold(16), times=1) as slow:
        run_as_scheduled(cloud, "FailFunction")
    assert slow.fired == 1
    image = ann.image(key)
    assert image is not None
    assert (image["status"], image["reason"]) == ("failed", "unfinished")
    assert cloud.depth("ThumbnailDeadLetterQueue") == 1

    (message,) = sqs.receive_message(QueueUrl=dead)["Messages"]
    sqs.send_message(QueueUrl=cloud.outputs["ThumbnailQueueUrl"], MessageBody=message["Body"])
    sqs.delete_message(QueueUrl=dead, ReceiptHandle=message["ReceiptHandle"])

    wait_for(
        lambda: (ann.image(key) or {}).get("status") == "processed" or None,
        what="the photo to be processed",
    )
    wait_for(lambda: len(ann.notifications()) > 1 or None, what="the good news")
    assert [note["kind"] for note in ann.notifications()] == ["failed", "processed"]
    assert int(ann.usage()["total"]["stored_bytes"]) == sum(sizes.values())


def killed(function: str, matches: Matches, stage: Stage) -> None:
    ann = stage.cloud.new_user()
    arrived, go_on = threading.Event(), threading.Event()
    wait = wait_for_event(arrived, go_on)
    with stage.proxy.inject(about(ann, matches), wait, times=1) as fault:
        sizes = upload(ann, 4)
        assert arrived.wait(END_SECONDS)
        found = [pid for pid, name in workers(stage.cloud.server.group) if name == function]
        for pid in found:
            os.kill(pid, signal.SIGKILL)
        go_on.set()
    assert (fault.fired, found != []) == (1, True)
    assert_ended_once(stage.cloud, ann, sizes)


def charges(request: Request) -> bool:
    return to_dynamodb("TransactWriteItems")(request) and b"UsageTable" in request.body


TRIALS: dict[str, Callable[[Stage], None]] = {
    **{name: partial(single, name) for name in SINGLE},
    "DynamoDB is down for a minute": down_for_a_minute,
    "an outage outlasts all attempts": outlasted,
    "quota is killed in mid-batch": partial(killed, "Quota", charges),
    "notify is killed in mid-batch": partial(killed, "Notify", lambda r: r.service == "sns"),
}


@pytest.fixture(scope="module")
def trials(stage: Stage) -> Iterator[dict[str, Future[None]]]:
    """All trials, begun at once."""
    with ThreadPoolExecutor(len(TRIALS)) as pool:
        yield {name: pool.submit(trial, stage) for name, trial in TRIALS.items()}


@pytest.mark.parametrize("name", TRIALS)
def test_photos_end_once_when(name: str, trials: dict[str, Future[None]]) -> None:
    if "killed" in name and sys.platform != "linux":
        pytest.skip("finds the function's process in /proc")
    trials[name].result()


def test_no_dead_letter_is_left_when_all_trials_are_over(
    stage: Stage, trials: dict[str, Future[None]]
) -> None:
    for trial in trials.values():
        trial.exception()  # whatever became of it
    assert stage.cloud.dead_letters() == {}


def test_photos_end_once_when_the_cloud_is_restarted_with_its_state(
    stage: Stage, trials: dict[str, Future[None]]
) -> None:
    for trial in trials.values():
        trial.exception()
    ann = stage.cloud.new_user()
    come_again_after(stage.cloud, "Relay", VISIBILITY_SECONDS)  # nothing disturbs its runs now
    sizes = upload(ann, 6)
    stage.cloud.server.restart()
    # Sessions are not part of the state that the emulator keeps: its owner looks.
    looking = replace(ann, s3=stage.cloud.client("s3"), dynamodb=stage.cloud.client("dynamodb"))
    assert_ended_once(stage.cloud, looking, sizes)
