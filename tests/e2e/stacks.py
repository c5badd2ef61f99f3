"""What a deployed stack is made of, by the names in its template."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from local.cloud import STACK, LocalCloud


def physical_id(cloud: LocalCloud, logical_id: str, *, stack: str = STACK) -> str:
    """What a resource of a stack is called on the cloud."""
    found = cloud.client("cloudformation").describe_stack_resource(
        StackName=stack, LogicalResourceId=logical_id
    )
    return str(found["StackResourceDetail"]["PhysicalResourceId"])


def run_as_scheduled(cloud: LocalCloud, function: str) -> None:
    """Run a function as its schedule does, which here comes when it is wanted."""
    answer = cloud.client("lambda").invoke(
        FunctionName=physical_id(cloud, function), Payload=b'{"source": "aws.events"}'
    )
    assert "FunctionError" not in answer, answer["Payload"].read()


def switch_event_source(cloud: LocalCloud, function: str, *, on: bool) -> None:
    """Let a function take messages from its queue, or leave them there."""
    functions = cloud.client("lambda")
    name = physical_id(cloud, f"{function}Function")
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
