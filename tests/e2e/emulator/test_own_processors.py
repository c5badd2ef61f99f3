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


def begun_before_a_quiet_one(server: Server, folder: Path) -> int:
    """How many runs of a rush, of which none ends, begin before that of a quiet tenant, who comes
    when all processors are taken."""
    topic = topic_of_function(server, RUN.format(folder=folder))
    sns = client(server, "sns")

    def begun(tenant: str) -> int:
        return len(list(folder.glob(f"{tenant}-*")))

    for number in range(RUSH):
        sns.publish(TopicArn=topic, Message=f"noisy-{number}", MessageGroupId="noisy")
    wait_for(lambda: begun("noisy") >= PROCESSORS or None, what="the rush to begin")
    sns.publish(TopicArn=topic, Message="quiet-0", MessageGroupId="quiet")
    wait_for(lambda: begun("quiet") or None, what="the quiet tenant's run")
    before = begun("noisy")
    (folder / "end").touch()
    wait_for(lambda: begun("noisy") == RUSH or None, what="the rest of the rush")
    return before


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
    assert begun_before_a_quiet_one(patched, tmp_path) < RUSH


def test_rush_takes_every_run_when_the_patch_is_missing(plain: Server, tmp_path: Path) -> None:
    assert begun_before_a_quiet_one(plain, tmp_path) == RUSH, obsolete("own_processors")
