"""What people get besides their photos: mails, answers, a page that is hosted."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from local.cloud import LocalCloud
from local.live import open_page
from local.subscriptions import subscribe
from local.user import User, wait_for
from operations.deployment import Deployment
from operations.examination import Examiner
from operations.outputs import describe
from operations.publish import publish
from tests.e2e.photos import photo
from tests.e2e.stacks import left_in_queue

MakeUser = Callable[[], User]
POISON: list[dict[str, Any]] = [
    {"NS": ["1"]}, {"NULL": True}, {"BS": [b"a"]}, {"M": {"S": {"L": [{"NS": ["1"]}]}}},
    {"N": "1e125"}, {"BOOL": False}, {"L": []},
]  # fmt: skip
HUGE = {"S": "x" * 390_000}


def deployment(cloud: LocalCloud) -> Deployment:
    return Deployment.of_local(cloud.running)


def mailbox(cloud: LocalCloud, topic: str, user: User) -> Callable[[], list[dict[str, Any]]]:
    """A queue that gets a user's messages of a topic; all that has come so far."""
    sqs = cloud.client("sqs")
    url = subscribe(
        cloud.client,
        cloud.outputs[topic],
        f"mail-{user.identity_id.rpartition(':')[2]}",
        FilterPolicy=json.dumps({"user": [user.identity_id]}),
    ).url
    found: list[dict[str, Any]] = []

    def read() -> list[dict[str, Any]]:
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        found.extend(json.loads(message["Body"]) for message in answer.get("Messages", []))
        for message in answer.get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found

    return read


def test_one_mail_tells_of_every_photo_once_when_all_are_told_of_before_it_is_due(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann, bob = user(), user()
    mails, others = (mailbox(cloud, "MessagesTopicArn", someone) for someone in (ann, bob))
    with left_in_queue(cloud, "Digest"):  # no mail is due, however long they take
        keys = [ann.upload(f"{number}.jpg", photo(70 + number, (320, 240))) for number in range(8)]
        wait_for(
            lambda: True if len(ann.notifications()) == len(keys) else None, what="notifications"
        )

    def told() -> list[str]:
        return [each for mail in mails() for each in mail["notifications"]]

    wait_for(lambda: True if len(told()) >= 8 else None, what="mails of 8 photos")
    ids = {told["notification_id"] for told in ann.notifications()}
    cloud.wait_until_idle()
    assert Counter(told()) == Counter(ids)
    assert len(mails()) == 1
    assert others() == []


def test_page_comes_with_strict_headers_when_the_stack_hosts_it(
    cloud: LocalCloud, tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text("<html><head></head><body>Darkroom</body></html>")
    stack = deployment(cloud)

    publish(stack, tmp_path)

    connection = http.client.HTTPConnection("127.0.0.1", cloud.server.port, timeout=60)
    host = cloud.outputs["PageUrl"].partition("://")[2]
    headers = {"Host": host, "X-Forwarded-Proto": "https"}
    with closing(connection):
        connection.request("GET", "/", headers=headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        assert (answer.status, "Darkroom" in body) == (200, True)
        assert "default-src 'none'" in str(answer.getheader("Content-Security-Policy"))
        assert answer.getheader("X-Frame-Options") == "DENY"
        connection.request("GET", "/amplify_outputs.json", headers=headers)
        assert json.loads(connection.getresponse().read()) == describe(stack)


def test_photo_over_quota_is_processed_when_its_owner_makes_room_and_asks(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann = user()
    body = photo(90, (640, 480))
    key, told = held_until_there_is_room(cloud, ann, body)

    ann.answer(told, response={"S": "retry"})

    image = wait_for(lambda: processed(ann, key), what="the photo to be processed")
    assert len(ann.output(image["renditions"]["thumbnail-240-webp"]["key"])) > 0
    assert stored(ann) == len(body)
    assert sorted(each["kind"] for each in told_of(ann, key)) == ["over_quota", "processed"]


def test_answer_shows_and_nothing_else_is_left_when_a_user_gives_it(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann = user()
    key = ann.upload("answered.jpg", photo(92, (320, 240)))
    ann.wait_for_end(key)
    [told] = wait_for(lambda: told_of(ann, key) or None, what="the notification")

    ann.answer(told["notification_id"], seen={"BOOL": True}, response={"S": "keep"})
    ann.answer("mails", muted={"L": [{"S": "processed"}, {"S": "reminder"}]})

    wait_for(lambda: "response" in told_of(ann, key)[0] or None, what="the answer")
    [said] = told_of(ann, key)
    assert said["response"] == "keep"
    assert said["seen_at"][:19] >= told["sent_at"][:19]  # a stream tells whole seconds
    person = wait_for(lambda: muted(ann), what="what is muted")
    assert person == {"processed", "reminder"}
    wait_for(lambda: not answers(cloud, ann) or None, what="the answers to go")


def test_neighbour_is_served_within_seconds_when_somebody_poisons_what_they_may_write(
    cloud: LocalCloud, user: MakeUser
) -> None:
    eve, bob = user(), user()
    theirs = eve.upload("a.jpg", photo(93, (320, 240)))
    held, told = held_until_there_is_room(cloud, bob, photo(94, (640, 480)))
    eve.wait_for_end(theirs)
    [own] = wait_for(lambda: told_of(eve, theirs) or None, what="eve's")

    with open_page(bob) as page:
        for about in (own["notification_id"], "mails", "made up", *map(str, range(10))):
            for value in POISON:
                eve.answer(about, seen=value, muted=value)
            for value in (*POISON, HUGE):
                eve.answer(about, response=value)
        bob.answer(told, response={"S": "retry"})

        answered = page.wait_for(lambda message: message.get("response") == "retry")
        assert answered["notification_id"] == told
        page.wait_for(
            lambda message: (message.get("image"), message.get("status")) == (held, "processed"),
        )
    wait_for(lambda: not answers(cloud, eve) or None, what="the poison to go")
    [still] = told_of(eve, theirs)
    assert not {"seen_at", "response", "responded_at"} & still.keys()
    assert muted(eve) is None


def test_audit_ends_and_finds_it_when_a_user_of_an_older_release_made_an_item(
    cloud: LocalCloud, user: MakeUser
) -> None:
    eve = user()
    eve.wait_for_end(eve.upload("a.jpg", photo(95, (320, 240))))
    key = {"identity_id": {"S": eve.identity_id}, "notification_id": {"S": "own"}}
    table = cloud.outputs["NotificationsTableName"]
    cloud.client("dynamodb").put_item(
        TableName=table, Item={**key, "response": {"NS": ["1"]}, "seen_at": {"NULL": True}}
    )

    examiner = Examiner(deployment(cloud), grace=timedelta(hours=1))
    for _ in examiner.run():
        pass

    words = f"{eve.identity_id}: the notification own is none that a function wrote"
    assert words in examiner.result.findings
    cloud.client("dynamodb").delete_item(TableName=table, Key=key)


def answers(cloud: LocalCloud, user: User) -> list[dict[str, Any]]:
    """What is left of a user's in the answers table, read as the cloud's owner."""
    answer = cloud.client("dynamodb").query(
        TableName=cloud.outputs["AnswersTableName"],
        KeyConditionExpression="identity_id = :me",
        ExpressionAttributeValues={":me": {"S": user.identity_id}},
        ConsistentRead=True,
    )
    return list(answer["Items"])


def muted(user: User) -> set[str] | None:
    """What a user has muted, as they can read it."""
    found = user.dynamodb.get_item(
        TableName=user.outputs["PeopleTableName"],
        Key={"identity_id": {"S": user.identity_id}},
        ConsistentRead=True,
    ).get("Item", {})
    return set(found["muted"]["SS"]) if "muted" in found else None


def held_until_there_is_room(cloud: LocalCloud, user: User, body: bytes) -> tuple[str, str]:
    """The key of a photo over quota, and its notification's id, when there is room for it."""
    limit(cloud, user, len(body) + 2000)
    kept = user.upload("kept.jpg", photo(91, (320, 240)))
    user.wait_for_end(kept)
    held = user.upload("held.jpg", body)
    assert user.wait_for_end(held)["status"] == "over_quota"
    wait_for(lambda: withdrawn(user, held), what="its files to go")
    user.s3.delete_object(Bucket=cloud.outputs["UploadsBucketName"], Key=kept)
    wait_for(lambda: None if stored(user) else True, what="room")
    [told] = wait_for(lambda: told_of(user, held) or None, what="the notification")
    return held, str(told["notification_id"])


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
