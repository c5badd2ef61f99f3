"""What operators do, done to the deployed stack: look, mend, redrive, reconcile."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from local.cloud import STACK, LocalCloud
from local.paths import ROOT
from local.soak.burst import Failing
from local.user import User, wait_for
from operations.dead_letters import dead_letters
from operations.deployment import Deployment
from operations.queues import depth, work_queues
from operations.redrive import redrive
from tests.e2e.photos import photo

MakeUser = Callable[[], User]


def deployment_of(cloud: LocalCloud) -> Deployment:
    return Deployment(STACK, "the test's cloud", cloud.outputs, cloud.client)


def test_dead_letter_says_why_and_its_photo_ends_when_it_is_redriven(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann, deployment = user(), deployment_of(cloud)
    (queue,) = work_queues(deployment, "metadata")
    failing = Failing(cloud, "Metadata")  # longer than a run takes, so that none overtakes another
    failing.begin()
    try:
        key = ann.upload("a.jpg", photo(31))
        wait_for(lambda: depth(deployment, queue.dead_letters_url) or None, what="the dead letter")
        (dead_letter,) = dead_letters(deployment, queue)
    finally:
        failing.end()

    assert (dead_letter.image, dead_letter.user) == (key, ann.identity_id)
    assert dead_letter.failure is not None
    assert dead_letter.failure.attempts == 5
    assert "AccessDenied" in dead_letter.failure.error
    assert "s3:PutObject" in dead_letter.failure.error

    result = redrive(deployment, queue)

    assert (result.found, result.moved) == (1, 1)
    image = wait_for(
        lambda: found if (found := ann.image(key)) and found["status"] == "processed" else None,
        what="the photo to be processed",
    )
    assert image["steps"]["metadata"]["state"] == "done"
    assert depth(deployment, queue.dead_letters_url) == 0


def test_photo_is_processed_when_reconcile_runs_after_a_subscription_was_off(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann = user()
    with unsubscribed(cloud, "Metadata"):
        key = ann.upload("b.jpg", photo(32))
        wait_for(
            lambda: True if set(finished_steps(ann, key)) >= OTHERS else None,
            what="the other steps",
        )
    cloud.wait_until_idle()
    assert "metadata" not in finished_steps(ann, key)

    with reconciling_at_once(cloud) as reconcile:
        found = reconcile()

    assert found["Unfinished"] >= 1  # others may have left something, too
    assert found["Republished"] >= 1
    image = ann.wait_for_end(key)
    assert image["status"] == "processed"
    cloud.wait_until_idle()
    assert [told["image"] for told in ann.notifications()] == [key]
    assert int(ann.usage()["total"]["stored_bytes"]) == len(photo(32))


def test_command_finds_the_stack_as_on_aws_when_it_is_named(cloud: LocalCloud) -> None:
    found = command("dlq", {**cloud.server.root, "STACK": STACK})

    assert found.returncode == 0, found.stderr
    assert f"stack {STACK} in us-east-1 at {cloud.endpoint}" in found.stdout


def test_command_says_one_line_when_there_is_no_such_stack(cloud: LocalCloud) -> None:
    found = command("audit", {**cloud.server.root, "STACK": "holiday"})

    assert found.returncode == 2
    assert found.stderr.startswith("error: there is no stack holiday in us-east-1")
    assert len(found.stderr.splitlines()) == 1


def test_command_names_the_permission_when_it_is_missing(cloud: LocalCloud, user: MakeUser) -> None:
    found = command("redrive", {**user().environment, "STACK": STACK})

    assert found.returncode == 2
    assert "these credentials may not do cloudformation:DescribeStacks" in found.stderr
    assert len(found.stderr.splitlines()) == 1


def command(name: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """A command as make starts it, with an environment of its own."""
    return subprocess.run(
        [sys.executable, "-m", f"operations.{name}"],
        cwd=ROOT,
        env={
            **environment,
            "PATH": os.environ.get("PATH", os.defpath),
            "PYTHONPATH": "layers/core:layers/catalogue:layers/search:layers/share:layers/athena",
            "NO_PROXY": "127.0.0.1",
        },
        capture_output=True,
        text=True,
        check=False,
    )


OTHERS = {"thumbnail", "watermark", "transcode", "quota"}


def finished_steps(user: User, key: str) -> list[str]:
    image = user.image(key) or {"steps": {}}
    return [name for name, step in image["steps"].items() if step["state"] != "pending"]


@contextmanager
def unsubscribed(cloud: LocalCloud, function: str) -> Iterator[None]:
    """One function's queue does not hear of uploads meanwhile."""
    sns, topic = cloud.client("sns"), cloud.outputs["UploadsTopicArn"]
    sqs = cloud.client("sqs")
    arn = sqs.get_queue_attributes(
        QueueUrl=cloud.outputs[f"{function}QueueUrl"], AttributeNames=["QueueArn"]
    )["Attributes"]["QueueArn"]
    listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    (subscription,) = [s["SubscriptionArn"] for s in listed if s["Endpoint"] == arn]
    attributes = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    kept = {name: attributes[name] for name in ("RawMessageDelivery", "RedrivePolicy")}
    sns.unsubscribe(SubscriptionArn=subscription)
    try:
        yield
    finally:
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=kept)


@contextmanager
def reconciling_at_once(cloud: LocalCloud) -> Iterator[Callable[[], dict[str, int]]]:
    """Reconcile with a grace period of a second meanwhile; calls it until a sweep is finished."""
    functions, name = cloud.client("lambda"), cloud.outputs["ReconcileFunctionName"]
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]

    def run() -> dict[str, int]:
        totals: dict[str, int] = {}
        while not totals.get("Sweeps"):
            answer = functions.invoke(FunctionName=name)
            assert "FunctionError" not in answer, answer["Payload"].read()
            for fact, count in json.loads(answer["Payload"].read()).items():
                totals[fact] = totals.get(fact, 0) + count
        return totals

    impatient = {**variables, "RECONCILE_GRACE_SECONDS": "1"}
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": impatient})
    try:
        yield run
    finally:
        functions.update_function_configuration(
            FunctionName=name, Environment={"Variables": variables}
        )
