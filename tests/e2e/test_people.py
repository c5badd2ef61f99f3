"""What people get besides their photos: mails, answers, a page that is hosted."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.cloud import LocalCloud
from local.running import RunningCloud
from local.user import User, wait_for
from operations.deployment import Deployment
from operations.outputs import describe
from operations.publish import publish
from tests.e2e.photos import photo

MakeUser = Callable[[], User]


def deployment(cloud: LocalCloud) -> Deployment:
    return Deployment.of_local(RunningCloud.of(cloud))


def subscribe(cloud: LocalCloud, topic: str, user: User) -> Callable[[], list[dict[str, Any]]]:
    """A queue that gets a user's messages of a topic; all that has come so far."""
    sqs, sns = cloud.client("sqs"), cloud.client("sns")
    url = sqs.create_queue(QueueName=f"mail-{user.identity_id.rpartition(':')[2]}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    admit = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    sqs.set_queue_attributes(
        QueueUrl=url, Attributes={"Policy": json.dumps({"Statement": [admit]})}
    )
    sns.subscribe(
        TopicArn=cloud.outputs[topic],
        Protocol="sqs",
        Endpoint=arn,
        Attributes={
            "RawMessageDelivery": "true",
            "FilterPolicy": json.dumps({"user": [user.identity_id]}),
        },
    )
    found: list[dict[str, Any]] = []

    def read() -> list[dict[str, Any]]:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        found.extend(json.loads(message["Body"]) for message in answer.get("Messages", []))
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    return read


def test_few_mails_tell_of_every_photo_once_when_many_arrive_together(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann, bob = user(), user()
    mails, others = (subscribe(cloud, "MessagesTopicArn", someone) for someone in (ann, bob))
    keys = [ann.upload(f"{number}.jpg", photo(70 + number, (320, 240))) for number in range(8)]
    for key in keys:
        ann.wait_for_end(key)
    ids = {told["notification_id"] for told in ann.notifications()}

    def told() -> list[str]:
        return [each for mail in mails() for each in mail["notifications"]]

    wait_for(lambda: True if len(told()) >= 8 else None, seconds=30, what="mails of 8 photos")
    cloud.wait_until_idle()
    assert Counter(told()) == Counter(ids)
    assert len(mails()) <= 4
    assert others() == []


def test_page_comes_with_strict_headers_when_the_stack_hosts_it(
    cloud: LocalCloud, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text("<html><head></head><body>Darkroom</body></html>")
    stack = deployment(cloud)

    publish(stack, tmp_path)

    connection = http.client.HTTPConnection("127.0.0.1", cloud.server.port, timeout=10)
    host = cloud.outputs["PageUrl"].partition("://")[2]
    headers = {"Host": host, "X-Forwarded-Proto": "https"}
    connection.request("GET", "/", headers=headers)
    answer = connection.getresponse()
    body = answer.read().decode()
    assert (answer.status, "Darkroom" in body) == (200, True)
    assert "default-src 'none'" in str(answer.getheader("Content-Security-Policy"))
    assert answer.getheader("X-Frame-Options") == "DENY"
    connection.request("GET", "/amplify_outputs.json", headers=headers)
    assert json.loads(connection.getresponse().read()) == describe(stack)
    connection.close()
