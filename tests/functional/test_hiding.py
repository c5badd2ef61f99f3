"""Work of minutes: no two runs do it at a time, and a message comes again when it is worth it."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from darkroom.errors import TransientError
from darkroom.media import SandboxError
from darkroom.pipeline.hiding import Hiding

from tests.functional.conftest import World, lambda_context
from tests.functional.pipeline import Pipeline
from tests.functional.test_kinds import image_of, requests
from tests.functional.test_videos import NAME, film
from tests.functional.wire import meanwhile


class Queue:
    """A queue that hides its messages for 90 minutes, and what its message was told of that."""

    def __init__(self, world: World) -> None:
        attributes = {"VisibilityTimeout": "5400"}
        made = world.sqs.create_queue(QueueName="convert", Attributes=attributes)
        self.url: str = made["QueueUrl"]
        self._world = world
        self.hidden: list[int] = []

    def send(self, record: Any) -> None:
        body = record if isinstance(record, str) else json.dumps({"Records": [record]})
        self._world.sqs.send_message(QueueUrl=self.url, MessageBody=body)

    def receive(self) -> dict[str, Any] | None:
        """The next message as Lambda gives it to a function; None where all are hidden."""
        answer = self._world.sqs.receive_message(
            QueueUrl=self.url, AttributeNames=["ApproximateReceiveCount"]
        )
        for message in answer.get("Messages", []):
            return {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message["Attributes"],
                "messageAttributes": {},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:convert",
                "awsRegion": "eu-central-1",
            }
        return None

    def run(self, app: Any) -> bool:
        """One run on the next message; whether it did its work, and the message is gone."""
        record = self.receive()
        assert record is not None
        failures = app.handler({"Records": [record]}, lambda_context())["batchItemFailures"]
        if not failures:
            self._world.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=record["receiptHandle"])
        return not failures


@pytest.fixture
def queue(pipeline: Pipeline) -> Queue:
    """A queue that the function is told of. Its runs may take 30 seconds."""
    world = pipeline.world
    made = Queue(world)
    pipeline.apps["convert"] = world.load("convert", QUEUE_URL=made.url)
    hide = Hiding._hide

    def watch(self: Hiding, seconds: int) -> None:
        made.hidden.append(seconds)
        hide(self, seconds)

    world.monkeypatch.setattr(Hiding, "_hide", watch)
    return made


def writes(asked: list[tuple[str, str]]) -> int:
    return [operation for operation, _ in asked].count("PutObject")


def test_waiting_video_is_converted_once_when_reconcile_sends_its_message_again(
    pipeline: Pipeline, queue: Queue
) -> None:
    """Two messages of a video, and a run for each at a time."""
    world = pipeline.world
    created = world.put("ann", NAME, film())
    pipeline.deliver(created, without="convert")
    queue.send(created)
    assert pipeline.sweep()["Republished"] == 1
    [again] = pipeline.republished()
    queue.send(again)
    other = world.load("convert", QUEUE_URL=queue.url)
    ended: list[bool] = []

    with requests(world) as asked, during_its_work(world, lambda: ended.append(queue.run(other))):
        ended.append(queue.run(pipeline.apps["convert"]))

    assert ended == [False, True]
    assert writes(asked) == 1
    assert image_of(world, NAME)["steps"]["convert"]["state"] == "done"


def test_message_comes_again_when_the_run_that_is_at_its_work_must_be_over(
    pipeline: Pipeline, queue: Queue
) -> None:
    world = pipeline.world
    created = world.put("ann", NAME, film())
    world.deliver(pipeline.apps["quota"], created)
    for _ in range(2):
        queue.send(created)
    app, other = pipeline.apps["convert"], world.load("convert", QUEUE_URL=queue.url)

    with during_its_work(world, lambda: queue.run(other)):
        queue.run(app)

    first, refused = queue.hidden
    assert first == 60  # as long as the run may take, and 30 seconds
    assert 31 <= refused <= 60
    queue.send(created)
    with requests(world) as asked:
        assert queue.run(app)  # it finds everything done
    assert writes(asked) == 0


def test_message_comes_again_at_once_when_its_own_video_ends_the_process(
    pipeline: Pipeline, queue: Queue
) -> None:
    world = pipeline.world
    queue.send(world.put("ann", NAME, film()))
    app = pipeline.apps["convert"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "transcode", failing(SandboxError("a bug")))
        for _ in range(4):
            assert not queue.run(app)
        assert queue.hidden == [60, 0] * 4
    record = queue.receive()  # it is there, without any waiting
    assert record is not None
    assert record["attributes"]["ApproximateReceiveCount"] == "5"


def test_message_comes_again_after_longer_and_longer_when_the_world_is_at_fault(
    pipeline: Pipeline, queue: Queue
) -> None:
    world = pipeline.world
    queue.send(world.put("ann", NAME, film()))
    app = pipeline.apps["convert"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "transcode", failing(TransientError("too slow")))
        record = queue.receive()
        assert record is not None
        for attempts in range(1, 6):
            record["attributes"]["ApproximateReceiveCount"] = str(attempts)
            assert app.handler({"Records": [record]}, lambda_context())["batchItemFailures"]
    assert queue.hidden[::2] == [60] * 5
    assert queue.hidden[1::2] == [15, 60, 120, 1200, 1200]
    assert queue.receive() is None


def test_message_about_a_file_of_another_kind_is_hidden_as_its_queue_says(
    pipeline: Pipeline, queue: Queue
) -> None:
    queue.send(pipeline.world.put("ann", "photo.jpg", b"\xff\xd8\xff"))
    assert queue.run(pipeline.apps["convert"])
    assert queue.hidden == []


def test_next_attempt_may_begin_at_once_when_one_has_failed(
    pipeline: Pipeline, queue: Queue
) -> None:
    world = pipeline.world
    created = world.put("ann", NAME, film())
    app = pipeline.apps["convert"]
    queue.send(created)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "transcode", failing(SandboxError("a bug")))
        assert not queue.run(app)
    assert queue.run(app)
    assert image_of(world, NAME)["steps"]["convert"]["state"] == "done"


def test_run_goes_on_when_its_message_cannot_be_hidden(pipeline: Pipeline) -> None:
    """The queue of the environment is none that there is."""
    world = pipeline.world
    assert world.deliver(pipeline.apps["convert"], world.put("ann", NAME, film())) == []
    assert image_of(world, NAME)["steps"]["convert"]["state"] == "done"


def during_its_work(world: World, act: Callable[[], object]) -> AbstractContextManager[None]:
    """Act once when a video's bytes are asked for, whose item is there already."""

    def do() -> None:
        act()

    return world.wire.watch(meanwhile("GetObject", do))


def failing(error: Exception) -> Any:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail
