"""What CloudFormation gets: a template it can read, and an update that loses nothing."""

from __future__ import annotations

import json
import subprocess
import tarfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import pytest
import yaml
from botocore.exceptions import ClientError

from local.cloud import STACK, LocalCloud
from local.paths import BUILD, ROOT
from local.server import Server
from local.template import TEMPLATE
from local.user import User, wait_for
from tests.e2e.photos import photo

# The commit is named beside the tag, for a clone may lack tags.
LAST_RELEASE = "v0.1.0"
LAST_RELEASE_COMMIT = "75f038bd5791be4634258a6b734982e2eca3ac3f"
# SAM names a layer by what is in it: another one takes its place whenever a file of it changes.
NAMED_BY_CONTENT = "AWS::Lambda::LayerVersion"


def git(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)


def last_release(folder: Path) -> Path:
    """The tree of the last release, unpacked into `folder`."""
    archive = git("archive", "--format=tar", LAST_RELEASE_COMMIT)
    assert archive.returncode == 0, (
        f"The commit of {LAST_RELEASE}, {LAST_RELEASE_COMMIT}, is not in this clone:"
        " get the whole history (git fetch --unshallow)."
    )
    with tarfile.open(fileobj=BytesIO(archive.stdout)) as tree:
        tree.extractall(folder, filter="data")
    return folder


def resources(cloud: LocalCloud) -> dict[str, str]:
    """The physical ids of the stack's resources, by logical id."""
    pages = cloud.client("cloudformation").get_paginator("list_stack_resources")
    return {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for page in pages.paginate(StackName=STACK)
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] != NAMED_BY_CONTENT
    }


def uploads_in(cloud: LocalCloud, queue: str) -> list[str]:
    """The keys of the uploads that messages in a queue tell of; the messages stay."""
    answer = cloud.client("sqs").receive_message(
        QueueUrl=cloud.outputs[f"{queue}Url"], MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    bodies = [json.loads(message["Body"]) for message in answer.get("Messages", [])]
    return [
        unquote_plus(record["s3"]["object"]["key"])
        for body in bodies
        for record in body.get("Records", [])
    ]


def answer_as_before(user: User, notification: dict[str, Any], said: dict[str, str]) -> None:
    """Answer a notification as clients of the last release do."""
    user.dynamodb.update_item(
        TableName=user.outputs["NotificationsTableName"],
        Key={
            name: {"S": value}
            for name, value in notification.items()
            if name in ("identity_id", "notification_id")
        },
        UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in said),
        ExpressionAttributeNames={f"#{name}": name for name in said},
        ExpressionAttributeValues={f":{name}": {"S": value} for name, value in said.items()},
    )


def test_nothing_is_lost_when_a_stack_of_the_last_release_is_updated(
    built: None, tmp_path: Path
) -> None:
    # The last release does not wait out a TransactionConflict: a message comes again after minutes.
    with Server("update", transaction_milliseconds=0) as server:
        before = LocalCloud("update-before", server=server, tree=last_release(tmp_path))
        before.build()
        before.deploy()
        ann = before.new_user()
        old = ann.wait_for_end(ann.upload("old.jpg", photo(1)))
        before.set_event_source("Transcode", Enabled=False)
        waiting = ann.upload("waiting.jpg", photo(2))
        wait_for(lambda: before.depth("TranscodeQueue") or None, what="a message that waits")
        [told] = [each for each in ann.notifications() if each["image"] == old["image"]]
        said = {"seen_at": "2026-11-24T09:00:00.000Z", "response": "keep"}
        answer_as_before(ann, told, said)
        there = resources(before)
        made = {key: ann.output(key) for key in ann.output_keys() if key.startswith(old["image"])}

        after = LocalCloud("update-after", server=server)
        after.deploy()

        now = resources(after)
        assert {name: now.get(name) for name in there} == there
        # Beside it may be S3's test of a notification that was set anew.
        assert uploads_in(after, "TranscodeQueue") == [waiting]
        assert ann.image(old["image"]) == old
        assert made
        assert {key: ann.output(key) for key in made} == made
        # Digest may have noted meanwhile in which mail it told of it.
        [answered] = [each for each in ann.notifications() if "response" in each]
        assert answered == {**answered, **told, **said}
        with pytest.raises(ClientError, match="AccessDenied"):
            answer_as_before(ann, told, said)
        after.set_event_source("Transcode", Enabled=True)
        new = ann.upload("new.jpg", photo(3))
        assert {ann.wait_for_end(key)["status"] for key in (waiting, new)} == {"processed"}
        # A run that the update interrupted leaves its message hidden for six of its timeouts.
        after.wait_until_idle(seconds=400)
        assert after.dead_letters() == {}
        total = ann.usage()["total"]
        assert int(total["stored_objects"]) == 3
        assert len(ann.notifications()) == 3
        ann = replace(ann, outputs=after.outputs)
        for each in ann.notifications():
            ann.answer(each["notification_id"], seen={"BOOL": True})
        wait_for(
            lambda: all("seen_at" in each for each in ann.notifications()) or None,
            what="answers in the new way",
        )
        ann.answer("file/old.jpg", binned={"BOOL": True})
        wait_for(
            lambda: "bin_until" in (ann.image(old["image"]) or {}) or None,
            what="the bin, which is new",
        )


def test_template_has_loops_and_no_alias_when_it_is_built(built: None) -> None:
    text = (BUILD / "template.yaml").read_text(encoding="utf-8")

    # CloudFormation expands the loops, and refuses a template with YAML aliases.
    assert text.count("Fn::ForEach::") == TEMPLATE.read_text("utf-8").count("Fn::ForEach::")
    assert not [event for event in yaml.parse(text) if isinstance(event, yaml.AliasEvent)]


def test_commit_is_the_release_when_this_clone_has_its_tag() -> None:
    tag = git("rev-parse", "--verify", "--quiet", f"refs/tags/{LAST_RELEASE}^{{commit}}")

    assert tag.stdout.decode().strip() in ("", LAST_RELEASE_COMMIT)
