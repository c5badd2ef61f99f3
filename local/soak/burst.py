"""The parts of a soak: twenty users who upload, one function that fails, events sent twice."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Queue
from typing import Any

from darkroom.kinds import Kind
from darkroom.pipeline.events import object_events

from local.cloud import STACK, LocalCloud
from local.soak.plan import USERS, Job
from local.subscriptions import subscribe
from local.user import User, wait_for

# The function that fails, by the first of the kinds that are sent.
FAILING = {Kind.PICTURE: "Watermark", Kind.VIDEO: "Probe", Kind.TABLE: "Profile"}
_TAP = "soak-tap"
_LOOK_SECONDS = 0.5
_LONGEST = 300.0  # seconds after which an outage ends in any case


@dataclass
class Burst:
    """The uploads of all users. `puts` are their times and `kept` their sizes, by key."""

    cloud: LocalCloud
    users: list[User]
    puts: dict[str, float] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    duplicates: set[str] = field(default_factory=set)
    redelivered: int = 0

    @staticmethod
    def of(cloud: LocalCloud) -> Burst:
        """A burst of new users."""
        return Burst(cloud, [cloud.new_user() for _ in range(USERS)])

    def upload(self, jobs: Iterable[Job], threads: int, done: Callable[[int], None]) -> None:
        """Carry out all jobs, `threads` at a time, calling `done` with 1 after each."""
        waiting: Queue[Job | None] = Queue(maxsize=4 * threads)
        count = threading.Lock()

        def work() -> None:
            while (job := waiting.get()) is not None:
                self._carry_out(job)
                with count:
                    done(1)

        with ThreadPoolExecutor(threads) as pool:
            working = [pool.submit(work) for _ in range(threads)]
            for job in jobs:
                waiting.put(job)
            for _ in range(threads):
                waiting.put(None)
            for each in working:
                each.result()

    def _carry_out(self, job: Job) -> None:
        user = self.users[job.user]
        key = user.upload(job.path, job.body, job.content_type)
        self.puts[key], self.kept[key] = time.time(), len(job.body)
        if job.duplicate:
            self.duplicates.add(key)
        if job.overwrite is not None:
            user.upload(job.path, job.overwrite, job.content_type)
            self.puts[key], self.kept[key] = time.time(), len(job.overwrite)
        if job.delete:
            user.s3.delete_object(Bucket=user.outputs["UploadsBucketName"], Key=key)
            del self.puts[key], self.kept[key]


class Failing:
    """An outage of one function, which loses its permission to write for a while.

    Its queue's visibility timeout is a few seconds during the outage: with the usual six minutes
    the outage would be over before the second attempt.
    """

    def __init__(
        self,
        cloud: LocalCloud,
        function: str = FAILING[Kind.PICTURE],
        visibility_seconds: int = 4,
    ) -> None:
        self._iam, self._sqs = cloud.client("iam"), cloud.client("sqs")
        resources = cloud.client("cloudformation").get_paginator("list_stack_resources")
        ids = {
            entry["LogicalResourceId"]: entry["PhysicalResourceId"]
            for page in resources.paginate(StackName=STACK)
            for entry in page["StackResourceSummaries"]
        }
        self._role = ids[f"{function}Role"]
        self._queue = cloud.outputs[f"{function}QueueUrl"]
        self._dead_letters = cloud.outputs[f"{function}DeadLetterQueueUrl"]
        self._outage_visibility, self._usual_visibility = str(visibility_seconds), ""

    def begin(self) -> None:
        """Begin the outage."""
        answer = self._sqs.get_queue_attributes(
            QueueUrl=self._queue, AttributeNames=["VisibilityTimeout"]
        )
        self._usual_visibility = answer["Attributes"]["VisibilityTimeout"]
        self._set_visibility(self._outage_visibility)
        statement = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"}
        self._iam.put_role_policy(
            RoleName=self._role,
            PolicyName="outage",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )

    def end_after(self, seconds: float) -> float:
        """The seconds that the outage lasted, after ending it: at least `seconds`.

        The outage does not end before a message has used up its attempts, however slow the machine
        is; for 0 seconds it ends at once.
        """
        began = time.monotonic()
        time.sleep(seconds)
        while seconds and not self._has_dead_letter() and time.monotonic() < began + _LONGEST:
            time.sleep(_LOOK_SECONDS)
        self.end()
        return time.monotonic() - began

    def end(self) -> None:
        """End the outage."""
        self._iam.delete_role_policy(RoleName=self._role, PolicyName="outage")
        self._set_visibility(self._usual_visibility)

    def _has_dead_letter(self) -> bool:
        answer = self._sqs.get_queue_attributes(
            QueueUrl=self._dead_letters, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"]) > 0

    def _set_visibility(self, seconds: str) -> None:
        self._sqs.set_queue_attributes(
            QueueUrl=self._queue, Attributes={"VisibilityTimeout": seconds}
        )


class Tap:
    """A queue that receives the same events as the functions, to deliver some of them twice."""

    def __init__(self, cloud: LocalCloud) -> None:
        self._sqs, self._sns = cloud.client("sqs"), cloud.client("sns")
        self._cloud = cloud
        self._topic = cloud.outputs["UploadsTopicArn"]
        self._tap = subscribe(cloud.client, self._topic, _TAP)

    def deliver_again(self, keys: set[str]) -> int:
        """How many events were published again: those of `keys`, exactly as S3 wrote them."""
        wait_for(
            lambda: None if self._cloud.depth("RelayQueue") else True,
            seconds=60,
            what="relay to pass S3's events on",
        )
        self._sns.unsubscribe(SubscriptionArn=self._tap.arn)
        published = 0
        while messages := self._receive():
            for message in messages:
                if keys & {event.key for event in object_events(message["Body"])}:
                    self._sns.publish(TopicArn=self._topic, Message=message["Body"])
                    published += 1
            self._sqs.delete_message_batch(
                QueueUrl=self._tap.url,
                Entries=[
                    {"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]}
                    for index, message in enumerate(messages)
                ],
            )
        return published

    def _receive(self) -> list[dict[str, Any]]:
        answer = self._sqs.receive_message(QueueUrl=self._tap.url, MaxNumberOfMessages=10)
        found: list[dict[str, Any]] = answer.get("Messages", [])
        return found
