"""Functions of a deployed stack that a test runs, or keeps from their queues."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from local.cloud import LocalCloud


def run_as_scheduled(cloud: LocalCloud, function: str) -> None:
    """Run a function as its schedule does, which here comes when it is wanted."""
    answer = cloud.client("lambda").invoke(
        FunctionName=cloud.physical_id(function), Payload=b'{"source": "aws.events"}'
    )
    assert "FunctionError" not in answer, answer["Payload"].read()


@contextmanager
def left_in_queue(cloud: LocalCloud, function: str) -> Iterator[None]:
    """Have all messages of a function wait in its queue meanwhile."""
    cloud.set_event_source(function, Enabled=False)
    try:
        yield
    finally:
        cloud.set_event_source(function, Enabled=True)
