"""A rush starts no run beside those that take all processors; a quiet tenant does."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from local.server import Server
from local.subscriptions import subscribe
from local.user import wait_for
from tests.e2e.emulator.functions import create_function, feed
from tests.e2e.emulator.principals import client, obsolete

PROCESSORS = os.cpu_count() or 1
RUSH = 6 * PROCESSORS
# Each leaves a file when it begins, and ends once it may.
RUN = """
import pathlib, time
def handler(event, context):
    folder = pathlib.Path("{folder}")
    [record] = event["Records"]
    (folder / record["body"]).touch()
    while not (folder / "end").exists():
        time.sleep(0.01)
"""


def begun(folder: Path, tenant: str) -> int:
    """How many runs of a tenant have begun."""
    return len(list(folder.glob(f"{tenant}-*")))


def rush(server: Server, folder: Path) -> str:
    """Have a rush take all processors with runs of which none ends; the topic it came through."""
    topic = topic_of_function(server, RUN.format(folder=folder))
    for number in range(RUSH):
        client(server, "sns").publish(
            TopicArn=topic, Message=f"noisy-{number}", MessageGroupId="noisy"
        )
    wait_for(lambda: begun(folder, "noisy") >= PROCESSORS or None, what="the rush to begin")
    return topic


def end(folder: Path) -> None:
    """Let all runs end, and wait until the last of the rush has begun."""
    (folder / "end").touch()
    wait_for(lambda: begun(folder, "noisy") == RUSH or None, what="the rest of the rush")


def topic_of_function(server: Server, source: str) -> str:
    """A topic whose messages a function takes, one in a run, in as many runs as may be."""
    name = f"q-{secrets.token_hex(4)}"
    topic = str(client(server, "sns").create_topic(Name=name)["TopicArn"])
    taker, _ = create_function(server, source, Timeout=30)
    queue = subscribe(server.client, topic, name)
    feed(server, taker, queue.url, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2 * RUSH})
    return topic


def test_rush_waits_for_processors_while_a_quiet_tenant_s_run_begins(
    patched: Server, tmp_path: Path
) -> None:
    topic = rush(patched, tmp_path)
    client(patched, "sns").publish(TopicArn=topic, Message="quiet-0", MessageGroupId="quiet")
    wait_for(lambda: begun(tmp_path, "quiet") or None, what="the quiet tenant's run")
    assert begun(tmp_path, "noisy") == PROCESSORS
    end(tmp_path)


def test_rush_takes_every_run_when_the_patch_is_missing(plain: Server, tmp_path: Path) -> None:
    rush(plain, tmp_path)
    gap = f"the whole rush to begin: {obsolete('own_processors')}"
    wait_for(lambda: begun(tmp_path, "noisy") == RUSH or None, what=gap)
    end(tmp_path)
