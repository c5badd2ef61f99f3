"""What people get besides their photos: mails, answers, a page that is hosted."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.cloud import LocalCloud
from local.user import User, wait_for
from operations.deployment import Deployment
from operations.outputs import describe
from operations.publish import publish
from tests.e2e.photos import photo

MakeUser = Callable[[], User]


def deployment(cloud: LocalCloud) -> Deployment:
    return Deployment.of_local(cloud.running)


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

    def told() -> list[str]:
        return [each for mail in mails() for each in mail["notifications"]]

    wait_for(lambda: True if len(told()) >= 8 else None, seconds=30, what="mails of 8 photos")
    ids = {told["notification_id"] for told in ann.notifications()}
    assert len(ids) == len(keys)
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


def test_photo_over_quota_is_processed_when_its_owner_makes_room_and_asks(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann = user()
    body = photo(90, (640, 480))
    limit(cloud, ann, len(body) + 2000)
    kept = ann.upload("kept.jpg", photo(91, (320, 240)))
    ann.wait_for_end(kept)
    key = ann.upload("asked-for.jpg", body)
    assert ann.wait_for_end(key)["status"] == "over_quota"
    wait_for(lambda: withdrawn(ann, key), seconds=20, what="its files to go")
    ann.s3.delete_object(Bucket=cloud.outputs["UploadsBucketName"], Key=kept)
    wait_for(lambda: None if stored(ann) else True, seconds=20, what="room")

    [told] = wait_for(lambda: told_of(ann, key) or None, seconds=10, what="the notification")
    ann.dynamodb.update_item(
        TableName=cloud.outputs["NotificationsTableName"],
        Key={
            "identity_id": {"S": ann.identity_id},
            "notification_id": {"S": told["notification_id"]},
        },
        UpdateExpression="SET #response = :retry, responded_at = :now",
        ExpressionAttributeNames={"#response": "response"},
        ExpressionAttributeValues={
            ":retry": {"S": "retry"},
            ":now": {"S": "2026-11-24T09:00:00.000Z"},
        },
    )

    image = wait_for(lambda: processed(ann, key), seconds=40, what="the photo to be processed")
    assert len(ann.output(image["renditions"]["thumbnail-240-webp"]["key"])) > 0
    assert stored(ann) == len(body)
    assert sorted(each["kind"] for each in told_of(ann, key)) == ["over_quota", "processed"]


def limit(cloud: LocalCloud, user: User, stored_bytes: int) -> None:
    cloud.client("dynamodb").put_item(
        TableName=cloud.outputs["UsageTableName"],
        Item={
            "identity_id": {"S": user.identity_id},
            "period": {"S": "total"},
            "limit_stored_bytes": {"N": str(stored_bytes)},
        },
    )


def stored(user: User) -> int:
    return int(user.usage()["total"].get("stored_bytes", 0))


def told_of(user: User, key: str) -> list[dict[str, Any]]:
    return [each for each in user.notifications() if each["image"] == key]


def withdrawn(user: User, key: str) -> bool | None:
    return True if "withdrawn" in (user.image(key) or {}) else None


def processed(user: User, key: str) -> dict[str, Any] | None:
    image = user.image(key)
    told = [each["kind"] for each in told_of(user, key)]
    return image if image and image["status"] == "processed" and "processed" in told else None
