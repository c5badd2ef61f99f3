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


def switch_event_source(cloud: LocalCloud, function: str, *, on: bool) -> None:
    """Let a function take messages from its queue, or leave them there."""
    functions = cloud.client("lambda")
    name = cloud.physical_id(f"{function}Function")
    [source] = functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
    functions.update_event_source_mapping(UUID=source["UUID"], Enabled=on)


@contextmanager
def left_in_queue(cloud: LocalCloud, function: str) -> Iterator[None]:
    """Have all messages of a function wait in its queue meanwhile."""
    switch_event_source(cloud, function, on=False)
    try:
        yield
    finally:
        switch_event_source(cloud, function, on=True)
