"""Every example event, run by the built function in AWS's own Runtime Interface Emulator.

Nothing but the function's folder, its layers, boto3 and the runtime client is in reach, and it acts
under its own role: what passes here needs nothing that Lambda would not have.
"""

from __future__ import annotations

import re

import pytest

from local.cloud import LocalCloud
from local.invoke import aim, check_arguments, invoke_as_deployed, read_event
from local.photos import Photo
from local.template import steps
from operations.command import CommandError
from operations.running import RunningCloud
from tests.e2e.photos import photo
from tests.example_events import EVENTS, FAILURES, FILES, OTHERS, RUNS

DONE_WORK = set(steps())


@pytest.mark.parametrize(("function", "name"), RUNS)
def test_event_is_handled_when_only_the_function_and_its_layers_are_there(
    cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch, function: str, name: str
) -> None:
    monkeypatch.setattr(
        "local.invoke.sample_photos",
        lambda: [Photo("launch.jpg", photo(30), frozenset({"processed"}))],
    )
    running = cloud.running
    event = read_event(EVENTS / f"{name}.json")
    aim(event, running)
    if function == "convert":  # it does not repeat what is there
        cloud.wait_until_idle()
        lose_versions(running)

    invocation = invoke_as_deployed(running, function, event)

    assert not invocation.failed, invocation.logs
    assert len(invocation.answer["batchItemFailures"]) == FAILURES.get(name, 0)
    if function in DONE_WORK and name == function:
        assert '"step finished"' in invocation.logs
    assert invocation.milliseconds.keys() == {"init", "duration"}


def lose_versions(running: RunningCloud) -> None:
    s3, bucket = running.client("s3"), running.outputs["ProcessedBucketName"]
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for stored in page.get("Contents", []):
            if stored["Key"].endswith("/video.mp4"):
                s3.delete_object(Bucket=bucket, Key=stored["Key"])


@pytest.mark.parametrize("function", OTHERS)
def test_function_works_when_only_it_and_its_layers_are_there(
    cloud: LocalCloud, function: str
) -> None:
    event = read_event(EVENTS / f"{function}.json")

    invocation = invoke_as_deployed(cloud.running, function, event)

    assert not invocation.failed, invocation.logs
    assert not (invocation.answer or {}).get("batchItemFailures")


@pytest.mark.parametrize("function", [*FILES, *OTHERS])
def test_function_and_event_are_found_when_both_exist(function: str) -> None:
    path = EVENTS / f"{function}.json"
    assert check_arguments(function, f"events/{function}.json") == (function, path)


@pytest.mark.parametrize(
    ("function", "event", "said"),
    [
        ("nonsense", "events/quota.json", "FUNCTION=nonsense is none of: accept, admit"),
        ("quota", "events/nonsense.json", "EVENT=events/nonsense.json is none of: events/accept"),
        ("quota", "", "EVENT= is none of: events/accept"),
    ],
)
def test_choices_are_listed_when_one_is_wrong(function: str, event: str, said: str) -> None:
    with pytest.raises(CommandError, match=f"^{re.escape(said)}"):
        check_arguments(function, event)
